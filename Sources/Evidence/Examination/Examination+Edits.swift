import Attribution
import Models
import Tensors

/// A change of the attention that a map is made of, on units.
enum AttentionEdit: Hashable, Sendable {
  /// Nobody attends to some units; the other weights grow to sum one.
  case knockOut([Int])
  /// What some units hold goes to another one.
  case pour([Int], to: Int)
  /// A set changes places with as many others, on average.
  case exchange(Exchange)
  /// The weights of the explained positions, in a random order.
  case shuffled(seed: UInt64)
  /// Every weight alike.
  case uniform
}

/// What an edit of the attention did to the prediction.
struct EditEffect: Sendable {
  /// How far the prediction moved, in the unit of effects.
  let distance: Double
  /// The Jensen–Shannon divergence from the unedited prediction.
  let divergence: Double
  /// Whether another label is predicted.
  let flips: Bool
}

extension Examination {
  /// What each of several edits does, in their order; an edit of the same attention is run once
  /// however often it is asked for.
  func effects(of edits: [AttentionEdit]) throws(AssayError) -> [EditEffect] {
    var known = shared.edits[scope] ?? [:]
    var missing: [AttentionEdit] = []
    var seen = Set<AttentionEdit>()
    for edit in edits where known[edit] == nil && seen.insert(edit).inserted {
      missing.append(edit)
    }
    let base = self.base
    for (edit, output) in zip(missing, try outputs(missing.map { [intervention($0)] })) {
      known[edit] = EditEffect(
        distance: unit.distance(output, base),
        divergence: JensenShannon.divergence(output.asDistribution, base.asDistribution),
        flips: predictsOtherLabel(output, than: base))
    }
    shared.edits[scope] = known
    return edits.compactMap { known[$0] }
  }

  private func intervention(_ change: AttentionEdit) -> Intervention {
    switch change {
    case .knockOut(let set): edit(.knockOut(renormalise: true), keys: positions(set))
    case .pour(let set, let unit): edit(.pour(to: positions([unit])), keys: positions(set))
    case .exchange(let exchange):
      edit(
        .meanExchange(
          first: exchange.set.map { units.positions[$0] },
          second: exchange.others.map { units.positions[$0] }))
    case .shuffled(let seed): edit(.permute(seed: seed), keys: question.positions)
    case .uniform: edit(.uniform)
    }
  }
}

extension [Double] {
  /// A probability alone as the distribution over its two outcomes; others as they are.
  fileprivate var asDistribution: [Double] { count == 1 ? [self[0], 1 - self[0]] : self }
}
