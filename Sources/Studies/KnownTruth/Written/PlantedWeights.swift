import Models
import Tensors
import Values

/// A blueprint turned into the tensors of a BERT checkpoint.
///
/// Axis 0 of the basis is the ballast: it stands on every token, in the segment embedding, and is
/// large, so that every layer norm divides by nearly the same number. The axes after it carry the
/// meanings, the rest carry noise. Every word has the same length, so that no word stands out by
/// the scale its norm gives it; mask, pad and unknown tokens are ordinary words.
struct PlantedWeights {
  /// mask, pad, unknown, CLS and SEP come first, then ordinary words, then words with a meaning.
  static let reserved = (pad: 0, unknown: 1, start: 2, end: 3, mask: 4)
  static let ordinary = 5..<45
  private static let ballast = 4.0
  private static let wordLength = 1.5
  private static let positionLength = 0.2
  private static let weightNoise = 1e-3

  private let blueprint: Blueprint
  private let basis: Basis
  /// What a layer norm multiplies the strengths of an embedded token with.
  private let scale: Double
  private var draw: RandomSource.Draw
  private(set) var tensors: [(name: String, tensor: Tensor)] = []

  /// Draws every random part in a fixed order.
  init(_ blueprint: Blueprint, _ draw: RandomSource.Draw, readOutScale: Double) {
    self.blueprint = blueprint
    self.draw = draw
    basis = Basis(width: blueprint.width, &self.draw)
    let length = [Self.ballast, Self.wordLength, Self.positionLength].reduce(0) { $0 + $1 * $1 }
    scale = (Double(blueprint.width) / length).squareRoot()
    embeddings()
    for (index, heads) in blueprint.layers.enumerated() { layer(index, heads) }
    classifier(readOutScale)
  }

  static func configuration(_ blueprint: Blueprint) -> Value {
    var object = Members()
    let numbers = [
      "hidden_size": blueprint.width, "num_attention_heads": blueprint.layers[0].count,
      "intermediate_size": max(4, blueprint.units.count),
      "num_hidden_layers": blueprint.layers.count, "vocab_size": vocabularySize(blueprint),
      "max_position_embeddings": 64, "type_vocab_size": 2, "num_labels": 2,
    ]
    object["model_type"] = .text("bert")
    object["hidden_act"] = .text("relu")
    for (name, value) in numbers.sorted(by: { $0.key < $1.key }) { object[name] = .integer(value) }
    return .record(object)
  }

  static func vocabularySize(_ blueprint: Blueprint) -> Int {
    ordinary.upperBound + blueprint.words.count
  }

  // MARK: The parts of the checkpoint

  private mutating func embeddings() {
    let prefix = "bert.embeddings."
    var words: [[Double]] = []
    for _ in 0..<Self.ordinary.upperBound { words.append(noise(length: Self.wordLength)) }
    for meaning in blueprint.words {
      let strengths = meaning.sorted { $0.key < $1.key }.map { ($0.key + 1, $0.value) }
      let used = strengths.reduce(0) { $0 + $1.1 * $1.1 }
      let rest = noise(length: max(0, Self.wordLength * Self.wordLength - used).squareRoot())
      words.append(zip(basis.vector(strengths), rest).map(+))
    }
    add(prefix + "word_embeddings.weight", words)
    add(
      prefix + "position_embeddings.weight",
      (0..<64).map { _ in noise(length: Self.positionLength) })
    let segment = basis.vector([(0, Self.ballast)])
    add(prefix + "token_type_embeddings.weight", [segment, segment])
    norm(prefix + "LayerNorm")
  }

  private mutating func layer(_ index: Int, _ heads: [Blueprint.Head]) {
    let prefix = "bert.encoder.layer.\(index)."
    let width = blueprint.width
    let headWidth = width / heads.count
    var query = [Double](repeating: 0, count: width)
    var key = zeros(width, width)
    var value = zeros(width, width)
    var output = zeros(width, width)
    for (number, head) in heads.enumerated() {
      let start = number * headWidth
      let slots = Basis.orthonormal(headWidth, width: headWidth, &draw)
      // q · k / √width with q = √width · slot, k = (looks · x) slot is looks · x.
      for row in 0..<headWidth {
        query[start + row] = Double(headWidth).squareRoot() * slots[0][row]
      }
      let looks = looking(head)
      for row in 0..<headWidth {
        for column in 0..<width { key[start + row][column] = slots[0][row] * looks[column] }
      }
      for (slot, carry) in zip(slots, head.carries) {
        let from = basis.directions[carry.from + 1]
        let to = basis.directions[carry.to + 1]
        for row in 0..<headWidth {
          for column in 0..<width {
            value[start + row][column] += slot[row] * from[column] * carry.gain / scale
            output[column][start + row] += to[column] * slot[row]
          }
        }
      }
    }
    add(prefix + "attention.self.query.weight", noisy(zeros(width, width)))
    add(prefix + "attention.self.query.bias", query)
    add(prefix + "attention.self.key.weight", noisy(key))
    add(prefix + "attention.self.key.bias", zeros(width))
    add(prefix + "attention.self.value.weight", noisy(value))
    add(prefix + "attention.self.value.bias", zeros(width))
    add(prefix + "attention.output.dense.weight", noisy(output))
    add(prefix + "attention.output.dense.bias", zeros(width))
    norm(prefix + "attention.output.LayerNorm")
    feedForward(prefix, index == blueprint.layers.count - 1 ? blueprint.units : [])
    norm(prefix + "output.LayerNorm")
  }

  /// The row vector that gives a head's scores: its axes, and noise for the asked spread.
  private mutating func looking(_ head: Blueprint.Head) -> [Double] {
    let axes = head.looks.map { ($0.axis + 1, $0.score / scale) }
    let noiseAxes = Double(basis.directions.count - 1 - blueprint.axes)
    let length = head.spread * noiseAxes.squareRoot() / (scale * Self.wordLength)
    return zip(basis.vector(axes), noise(length: length)).map(+)
  }

  private mutating func feedForward(_ prefix: String, _ units: [Blueprint.Unit]) {
    let count = max(4, blueprint.units.count)
    let width = blueprint.width
    var expand = zeros(count, width)
    var bias = zeros(count)
    var contract = zeros(width, count)
    for (row, unit) in units.enumerated() {
      expand[row] = basis.vector(unit.reads.map { ($0.axis + 1, $0.weight) })
      bias[row] = unit.bias
      let written = basis.vector(unit.writes.map { ($0.axis + 1, $0.weight) })
      for column in 0..<width { contract[column][row] = written[column] }
    }
    add(prefix + "intermediate.dense.weight", noisy(expand))
    add(prefix + "intermediate.dense.bias", bias)
    add(prefix + "output.dense.weight", noisy(contract))
    add(prefix + "output.dense.bias", zeros(width))
  }

  /// The pooler writes the strength s of the read axis along one direction w, and the classifier
  /// reads there: Σ w tanh(s w) is odd in s, so that no evidence stays no evidence.
  private mutating func classifier(_ scale: Double) {
    let read = basis.directions[blueprint.reads + 1]
    let written = Basis.orthonormal(1, width: blueprint.width, &draw)[0]
    add("bert.pooler.dense.weight", noisy(written.map { weight in read.map { weight * $0 } }))
    add("bert.pooler.dense.bias", zeros(blueprint.width))
    let sign = blueprint.label == 1 ? 0.5 : -0.5
    let rows = [written.map { -sign * scale * $0 }, written.map { sign * scale * $0 }]
    add("classifier.weight", rows)
    add("classifier.bias", zeros(2))
  }

  // MARK: Numbers

  /// A random vector of the given length on the axes that mean nothing.
  private mutating func noise(length: Double) -> [Double] {
    let axes = Array(blueprint.axes + 1..<basis.directions.count)
    let values = axes.map { _ in draw.normal() }
    let size = dot(values, values).squareRoot()
    return basis.vector(zip(axes, values).map { ($0, $1 * length / size) })
  }

  private mutating func noisy(_ rows: [[Double]]) -> [[Double]] {
    rows.map { row in row.map { $0 + Self.weightNoise * draw.normal() } }
  }

  private mutating func norm(_ name: String) {
    add(name + ".weight", Array(repeating: 1, count: blueprint.width))
    add(name + ".bias", zeros(blueprint.width))
  }

  private mutating func add(_ name: String, _ values: [Double]) {
    tensors.append((name, Tensor(values.map { Float($0) }, shape: [values.count])))
  }

  private mutating func add(_ name: String, _ rows: [[Double]]) {
    tensors.append(
      (name, Tensor(rows.flatMap { $0.map { Float($0) } }, shape: [rows.count, rows[0].count])))
  }

  private func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }
  private func zeros(_ rows: Int, _ columns: Int) -> [[Double]] {
    Array(repeating: zeros(columns), count: rows)
  }
}
