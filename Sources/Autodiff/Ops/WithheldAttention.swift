import Tensors

/// The rows of an attention pattern that must not rest on some keys, and those keys.
package struct WithheldRow: Sendable, Equatable {
  package let sequence: Int
  /// The query, within its sequence.
  package let query: Int
  /// Keys from which attention is withheld, within the sequence.
  package let keys: Set<Int>

  package init(sequence: Int, query: Int, keys: Set<Int>) {
    self.sequence = sequence
    self.query = query
    self.keys = keys
  }
}

/// The mean over rows and heads of −log Σ_permitted α: how much attention rests where it must not
/// (Pruthi et al. 2020, eq. 1, the penalty without its weight).
///
/// Input: a pattern (flat, laid out by `layout`); output `[1]`. Rows without permitted keys count as
/// nothing. Sums run in double precision, rows ascending.
package struct WithheldAttention: Operation {
  package let name = "withheld_attention"
  private let layout: PatternLayout
  private let rows: [WithheldRow]

  /// - Precondition: there is a row.
  package init(_ layout: PatternLayout, rows: [WithheldRow]) {
    precondition(!rows.isEmpty, "nothing is withheld")
    self.layout = layout
    self.rows = rows
  }

  private var count: Double { Double(rows.count * layout.heads) }

  /// For every row and head, where its permitted keys lie in the pattern.
  private func forEachRow(_ body: (_ permitted: [Int]) -> Void) {
    for row in rows {
      let keys = layout.keys.length(row.sequence)
      let permitted = (0..<keys).filter { !row.keys.contains($0) }
      if permitted.isEmpty { continue }
      for head in 0..<layout.heads {
        let start = layout.start(row.sequence, head: head) + row.query * keys
        body(permitted.map { start + $0 })
      }
    }
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let total = inputs[0].withSpan { pattern in
      var sum = 0.0
      forEachRow { permitted in
        sum -= logarithm(mass(permitted) { pattern[$0] })
      }
      return sum
    }
    return Forward(Tensor([Float(total / count)], shape: [1]))
  }

  // In the forward pass y = −Σ_rows log m with m = Σ_permitted α, so now dα = −dy / m.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let scale = Double(cotangent.scalars[0]) / count
    let gradient = record.inputs[0].withSpan { pattern in
      Tensor.filling(record.inputs[0].shape) { span in
        forEachRow { permitted in
          let slope = Float(-scale / mass(permitted) { pattern[$0] })
          for index in permitted { span[index] = slope }
        }
      }
    }
    return [gradient]
  }

  /// Σ α, never zero: a softmax that underflows has a large penalty, not an infinite one.
  private func mass(_ permitted: [Int], _ weight: (Int) -> Float) -> Double {
    max(permitted.reduce(0.0) { $0 + Double(weight($1)) }, 1e-12)
  }
}
