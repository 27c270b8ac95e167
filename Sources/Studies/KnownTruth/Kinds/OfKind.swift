import Evidence
import Tensors

/// A written family in another kind of model: the same blueprints, other weights.
struct OfKind: PlantedFamily {
  private let family: any WrittenFamily
  let kind: PlantedKind

  init(_ family: any WrittenFamily, _ kind: PlantedKind) {
    self.family = family
    self.kind = kind
  }

  var info: PlantedInfo {
    let info = family.info
    return PlantedInfo(
      name: "\(info.name).\(kind.name)", summary: "\(info.summary) (\(kind.summary))",
      claims: info.claims.map { $0.held(in: kind) }, isJoint: info.isJoint,
      namesSet: info.namesSet)
  }

  var generator: PlantedGenerator { family.generator }

  func planted(
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    // A kind may not read texts of every length; what is drawn has the family's distribution among
    // those that it reads.
    var blueprint = family.blueprint(&draw)
    while !kind.form.fits(blueprint) { blueprint = family.blueprint(&draw) }
    return try PlantedModel(blueprint, draw, kind: kind)
  }
}

extension PlantedClaim {
  /// The claim in another kind of model.
  ///
  /// Where a word is read, rollout by its definition leaves that word half of the mass or more, though
  /// it says nothing; what else the family's attention does is then beside the point.
  fileprivate func held(in kind: PlantedKind) -> PlantedClaim {
    guard kind.readsWord, method == "attention_rollout" else { return self }
    return PlantedClaim(method: method, truth: .untrue([.decoy, .noEffect]))
  }
}
