import Autodiff
import Models
import Tensors

extension Trainer {
  /// What the examples of a batch ask of each layer's attention, layers ascending.
  func attentionDemands(
    of chosen: [Int]
  ) -> [(layer: Int, demands: [AttentionShare.Demand])] {
    var demands: [Int: [AttentionShare.Demand]] = [:]
    for (sequence, index) in chosen.enumerated() {
      for demand in examples[index].attention {
        demands[demand.layer, default: []].append(
          AttentionShare.Demand(
            sequence: sequence, queries: demand.queries, keys: demand.keys, share: demand.share))
      }
    }
    return demands.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// loss + `attentionWeight` · Σ over layers of the demands' mean cost.
  func adding(
    _ demands: [(layer: Int, demands: [AttentionShare.Demand])], to loss: Variable, _ run: Run,
    _ tape: Tape
  ) throws(AssayError) -> Variable {
    var result = loss
    for (layer, demands) in demands {
      guard let pattern = run.captured[.pattern(layer)] else { continue }
      let cost = try tape.apply(AttentionShare(run.patternLayout, demands: demands), [pattern])
      let weighed = try tape.apply(Scale(Float(options.attentionWeight)), [cost])
      result = try tape.apply(Add(), [result, weighed])
    }
    return result
  }
}
