import Autodiff
import Models
import Tensors

extension Trainer {
  /// What a saved training belongs to, beside its options: the model it started from and everything it
  /// learns from. 32 hexadecimal digits of a SHA-256.
  func identity(of examples: [TrainingExample]) -> String {
    var hash = SHA256()
    hash.update(Array(model.fingerprint.utf8))
    hash.add(integers: [examples.count])
    for example in examples { hash.add(example) }
    return hash.digest().prefix(16).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

extension SHA256 {
  fileprivate mutating func add(_ example: TrainingExample) {
    let input = example.input
    add(integers: input.ids)
    add(integers: input.types)
    add(integers: input.special.map { $0 ? 1 : 0 })
    add(integers: input.words.map { $0 ?? -1 })
    add(integers: [input.position ?? -1])
    if let image = input.image { add(floats: image.pixels.scalars) }
    add(floats: example.target)
    add(floats: [example.weight])
    add(integers: example.withheld.sorted())
    add(integers: [example.interventions.count])
    for intervention in example.interventions { add(intervention) }
    add(integers: [example.attention.count])
    for demand in example.attention {
      add(integers: [demand.layer])
      add(integers: demand.queries ?? [-1])
      add(integers: demand.keys)
      add(floats: [Float(demand.share)])
    }
  }

  private mutating func add(_ intervention: Intervention) {
    for indices in [
      intervention.layers, intervention.heads, intervention.queries, intervention.keys,
    ] {
      add(integers: indices ?? [-1])
    }
    update(Array((intervention.site?.description ?? "").utf8))
    switch intervention.action {
    case .replace(let value): add("replace", value.shape, value.scalars)
    case .uniform: add("uniform")
    case .permute(let seed): add("permute", [Int(truncatingIfNeeded: seed)])
    case .reorder(let order): add("reorder", order)
    case .scale(let factor): add("scale", [], [factor])
    case .knockOut(let renormalise): add("knock out", [renormalise ? 1 : 0])
    case .move(let to): add("move", [to])
    case .pour(let to): add("pour", to)
    case .exchange(let pairs):
      add("exchange", [pairs.count])
      for (first, second) in pairs {
        add(integers: first)
        add(integers: second)
      }
    case .meanExchange(let first, let second):
      add("mean exchange", [first.count, second.count])
      for set in first + second { add(integers: set) }
    case .patch(let value): add("patch", value.shape, value.scalars)
    }
  }

  private mutating func add(_ kind: String, _ numbers: [Int] = [], _ values: [Float] = []) {
    update(Array(kind.utf8))
    add(integers: numbers)
    add(floats: values)
  }

  /// Their number and then each of them, so that no two lists read alike.
  package mutating func add(integers: [Int]) {
    let bytes = ([integers.count] + integers).flatMap { number in
      (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    update(bytes)
  }

  package mutating func add(floats: [Float]) {
    add(integers: [floats.count])
    let bytes = floats.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
    }
    update(bytes)
  }
}
