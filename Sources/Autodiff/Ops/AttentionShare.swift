import Tensors

/// How far some rows of attention are from giving chosen keys the wanted share:
/// mean over all rows of −s log m − (1 − s) log(1 − m), where m = Σ_{k ∈ keys} α_k.
///
/// With s = 0 this is `WithheldAttention`, the penalty of Pruthi et al. 2020 (eq. 1).
/// Input: the flat pattern of `layout`; output `[1]`. Shares are kept a millionth away from 0
/// and 1. Sums run in double precision in the order of the demands, then heads, then rows.
package struct AttentionShare: Operation {
  /// What one sequence's rows are held to, alike in every head.
  package struct Demand: Sendable {
    package let sequence: Int
    /// The rows; nil means all.
    package let queries: [Int]?
    package let keys: [Int]
    /// The wanted share, 0...1.
    package let share: Double

    package init(sequence: Int, queries: [Int]?, keys: [Int], share: Double) {
      self.sequence = sequence
      self.queries = queries
      self.keys = keys
      self.share = share
    }
  }

  package let name = "attention_share"
  package let layout: PatternLayout
  package let demands: [Demand]
  private static let edge = 1e-6

  /// - Precondition: there is a demand, and each names rows and keys of its sequence.
  package init(_ layout: PatternLayout, demands: [Demand]) {
    precondition(!demands.isEmpty, "nothing is demanded")
    self.layout = layout
    self.demands = demands
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    var (loss, rows) = (0.0, 0)
    inputs[0].withSpan { pattern in
      forEachRow { demand, start in
        var mass = 0.0
        for key in demand.keys { mass += Double(pattern[start + key]) }
        let m = min(max(mass, Self.edge), 1 - Self.edge)
        loss -= demand.share * logarithm(m) + (1 - demand.share) * logarithm(1 - m)
        rows += 1
      }
    }
    return Forward(
      Tensor([Float(loss / Double(rows))], shape: [1]),
      saved: [Tensor([Float(rows)], shape: [1])])
  }

  // In the forward pass loss = −s log m − (1 − s) log(1 − m), so now dα_k = (m − s) / (m (1 − m))
  // for every chosen key.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let scale = Double(cotangent.scalars[0]) / Double(record.saved[0].scalars[0])
    let pattern = record.inputs[0].scalars
    let gradient = Tensor.zeros(record.inputs[0].shape).edited { span in
      forEachRow { demand, start in
        var mass = 0.0
        for key in demand.keys { mass += Double(pattern[start + key]) }
        let m = min(max(mass, Self.edge), 1 - Self.edge)
        let slope = scale * (m - demand.share) / (m * (1 - m))
        for key in demand.keys { span[start + key] += Float(slope) }
      }
    }
    return [gradient]
  }

  /// Visits where each demanded row starts.
  private func forEachRow(_ body: (Demand, Int) -> Void) {
    for demand in demands {
      let keys = layout.keys.length(demand.sequence)
      let rows = demand.queries ?? Array(0..<layout.queries.length(demand.sequence))
      for head in 0..<layout.heads {
        let start = layout.start(demand.sequence, head: head)
        for row in rows { body(demand, start + row * keys) }
      }
    }
  }
}
