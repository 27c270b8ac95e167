import Evidence
import Tensors

/// A family whose truths can be planted in several kinds of model.
protocol FamilyOfKinds: PlantedFamily {
  func planted(
    as kind: PlantedKind, _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel
}

extension FamilyOfKinds {
  package func planted(
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    try planted(as: kind, &draw, execution)
  }
}

/// A family in another kind of model: the same blueprints or lessons, other weights.
struct OfKind: PlantedFamily {
  private let family: any FamilyOfKinds
  let kind: PlantedKind

  init(_ family: any FamilyOfKinds, _ kind: PlantedKind) {
    self.family = family
    self.kind = kind
  }

  var info: PlantedInfo {
    let info = family.info
    return PlantedInfo(
      name: "\(info.name).\(kind.name)", root: info.name,
      summary: "\(info.summary) (\(kind.summary))",
      claims: info.claims.map { $0.held(in: kind) }, isJoint: info.isJoint,
      namesSet: info.namesSet)
  }

  var generator: PlantedGenerator { family.generator }

  func planted(
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    try family.planted(as: kind, &draw, execution)
  }
}

extension PlantedClaim {
  /// The claim in another kind of model.
  ///
  /// Where a word is read, rollout by its definition leaves that word half of the mass or more, though
  /// it says nothing; what else the family's attention does is then beside the point. Where no word by
  /// itself moves the prediction, a verdict may find just that.
  fileprivate func held(in kind: PlantedKind) -> PlantedClaim {
    guard kind.readsWord, method == "attention_rollout" else { return self }
    let reasons = [Reason.decoy, .noEffect]
    guard case .partial(let others) = truth else {
      return PlantedClaim(method: method, truth: .untrue(reasons))
    }
    return PlantedClaim(
      method: method, truth: .partial(reasons + others + [.diffuse, .untestable]))
  }
}
