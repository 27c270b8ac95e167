import Attribution
import Evidence
import ModelSupport
import Models
import Tensors
import Testing

/// Metamorphic: heads are numbered, not ordered.
@Suite struct ExchangedHeadsTests {
  /// With two heads exchanged in every layer, verdict, reason and K are the same; statistics differ by what sums in another order do, 1e-4.
  @Test func exchangedHeadsChangeNothing() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let input = try Fixture("bert-gelu-20x5").input(19)
    let heads = model.card.heads
    var swapped: [String: Tensor] = [:]
    for parameter in model.network.parameters {
      let (name, tensor) = (parameter.name, parameter.tensor)
      let readsHeads = ["query", "key", "value"].contains { name.contains("attention.self.\($0)") }
      if readsHeads {
        swapped[name] = exchanged(tensor, heads)
      } else if name.hasSuffix("attention.output.dense.weight") {
        swapped[name] = transposed(exchanged(transposed(tensor), heads))
      }
    }
    #expect(swapped.count == 7 * model.card.layers)
    let other = model.replacing(swapped)
    for method in ["attention", "attention_rollout", "leave_one_out"] {
      let (a, b) = (try report(model, input, method), try report(other, input, method))
      #expect(a.verdict == b.verdict && a.reason == b.reason && a.highlighted == b.highlighted)
      for (one, two) in zip(a.checks, b.checks) {
        #expect(one.result.outcome == two.result.outcome)
        if let x = one.result.statistic, let y = two.result.statistic {
          #expect(abs(x - y) < 1e-4, "\(method) \(one.info.name)")
        }
      }
    }
  }

  /// The rows of the first two heads in each other's place.
  private func exchanged(_ tensor: Tensor, _ heads: Int) -> Tensor {
    let width = tensor.shape[0] / heads
    return Tensor.concatenated([
      tensor.slices(width..<2 * width), tensor.slices(0..<width),
      tensor.slices(2 * width..<tensor.shape[0]),
    ])
  }

  private func transposed(_ tensor: Tensor) -> Tensor {
    let (rows, columns, values) = (tensor.shape[0], tensor.shape[1], tensor.scalars)
    let turned = (0..<columns).flatMap { column in
      (0..<rows).map { values[$0 * columns + column] }
    }
    return Tensor(turned, shape: [columns, rows])
  }

  private func report(_ model: Model, _ input: Input, _ method: String) throws -> Report {
    try model.verify(
      input, explanation: .method(method), checks: .deciding, execution: Execution(seed: 1))
  }
}
