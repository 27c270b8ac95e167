import Models
import Tensors

/// What the model says after each of several removals.
package struct Ablation: Sendable {
  /// Probabilities after removal i in draw d: `[removals][draws][labels]`.
  package let probabilities: [[[Double]]]
  /// The unedited probabilities.
  package let base: [Double]
  package let cost: Cost

  /// Total variation distance from the unedited prediction, averaged over draws; for a regression
  /// the absolute change.
  package func distance(_ removal: Int) -> Double {
    mean(probabilities[removal].map { totalVariation($0, base) })
  }

  /// How much the target's probability falls, averaged over draws.
  package func drop(_ removal: Int, target: Target) -> Double {
    mean(probabilities[removal].map { base[target.label] - $0[target.label] })
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}

/// ½ Σ |p − q|; one number alone stands for a Bernoulli probability or a regression value, whose
/// distance is |p − q|.
package func totalVariation(_ p: [Double], _ q: [Double]) -> Double {
  let sum = zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) }
  return p.count == 1 ? sum : sum / 2
}

extension Question {
  /// Runs the model without each of several sets of positions, in ragged batches.
  ///
  /// - Parameters:
  ///   - draws: how many replacements `replace` averages over; the other operators need one.
  ///   - fillers: token ids that `replace` draws from; nil means every ordinary token.
  ///   - holding: interventions that every removal runs under, for operators that keep the length.
  /// - Throws: `unsupported` when the operator cannot be used on this input, `cancelled`.
  package func ablate(
    _ removals: [[Int]], by how: RemovalOperator, draws: Int = 4, fillers: [Int]? = nil,
    holding held: [Intervention] = []
  ) throws(AssayError) -> Ablation {
    let remover = try Remover(self, how, draws: draws, fillers: fillers)
    for removal in removals { try remover.check(removal) }
    let repeats = remover.draws
    let jobs = removals.flatMap { positions in
      (0..<repeats).map { remover.removed(positions, draw: $0) }
    }
    let interventions = jobs.map { $0.interventions + held }
    let outcome = try model.predict(
      jobs.map(\.input), interventions: interventions.allSatisfy(\.isEmpty) ? [] : interventions,
      execution: execution)
    return Ablation(
      probabilities: removals.indices.map { removal in
        (0..<repeats).map { outcome.probabilities[removal * repeats + $0] }
      },
      base: prediction.probabilities[0], cost: Cost(forwards: jobs.count))
  }
}
