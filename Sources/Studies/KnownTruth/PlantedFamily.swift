import Evidence
import Tensors

/// What a family is planted to show.
package struct PlantedInfo: Sendable {
  /// The registered name.
  package let name: String
  /// How the models decide, in one sentence.
  package let summary: String
  /// The name of the family that it is in another kind of model; its own name otherwise.
  package let root: String
  /// What is true of the explanations of these models.
  package let claims: [PlantedClaim]
  /// What a graded family's grade measures; nil in other families.
  package let grade: String?
  /// Whether several words decide only together, so that a part of them is half of the truth.
  package let isJoint: Bool
  /// Whether what is true is a set of words: all that decide together, or all that suffice.
  package let namesSet: Bool

  init(
    name: String, root: String? = nil, summary: String, claims: [PlantedClaim],
    grade: String? = nil, isJoint: Bool = false, namesSet: Bool = false
  ) {
    self.name = name
    self.root = root ?? name
    self.summary = summary
    self.claims = claims
    self.grade = grade
    self.isJoint = isJoint
    self.namesSet = namesSet || isJoint
  }
}

/// What is true of one explanation of a planted model.
package struct PlantedClaim: Sendable {
  /// The truth, and with it what a verdict may say.
  package enum Truth: Sendable, Equatable {
    /// The explanation is true: the verdict is to be trustworthy.
    case trustworthy
    /// It is untrue: the verdict is to be not trustworthy, for one of the reasons.
    case untrue([Reason])
    /// It is not the whole truth: the verdict may be anything but trustworthy, for one of the
    /// reasons.
    case partial([Reason])
    /// In between by construction: reported as a curve, never counted.
    case graded
  }

  /// The explaining method, with its defaults.
  package let method: String
  package let truth: Truth

  /// Whether a verdict agrees with the truth.
  package func accepts(_ verdict: Verdict) -> Bool {
    switch truth {
    case .trustworthy: verdict == .trustworthy
    case .untrue: verdict == .notTrustworthy
    case .partial: verdict != .trustworthy
    case .graded: true
    }
  }

  /// Whether a verdict's reason is one that the truth allows.
  package func accepts(_ reason: Reason) -> Bool {
    switch truth {
    case .trustworthy: reason == .none
    case .untrue(let reasons), .partial(let reasons): reasons.contains(reason)
    case .graded: true
    }
  }
}

/// A way to plant a truth. One file and one registry line each.
package protocol PlantedFamily: Sendable {
  var info: PlantedInfo { get }
  /// How its models come to be.
  var generator: PlantedGenerator { get }
  /// The kind of its models.
  var kind: PlantedKind { get }
  /// Draws one model of the family.
  /// - Throws: `cancelled`.
  func planted(
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel
}

extension PlantedFamily {
  package var kind: PlantedKind { .base }

  /// How many of its models are drawn where `draws` are asked for: a third where a model takes long, and
  /// where the family is drawn in another kind already.
  package func models(_ draws: Int) -> Int {
    generator == .written && kind.name == PlantedKind.base.name ? draws : max(1, draws / 3)
  }
}

/// How planted models come to be: two ways that have no code in common but the loader.
package enum PlantedGenerator: String, Sendable, CaseIterable {
  /// Weights set by hand.
  case written
  /// Weights trained on a task with demands on attention.
  case taught
}

/// The registry: one line a family.
package enum KnownTruth {
  /// Every family in the base kind, then the families of every further kind.
  package static let families: [any PlantedFamily] =
    own
    + PlantedKind.further.flatMap { kind in
      (ofEveryKind + (kind.isTaught ? ofTaughtKinds : [])).map { OfKind($0, kind) }
    }

  /// The written families that every kind has.
  private static let ofEveryKind: [any FamilyOfKinds] = [
    Selector(), JointSelector(), AllCopies(), Decoy(), Redundant(), Flat(), Suppressor(),
  ]

  /// The taught families of the further kinds that are taught.
  private static let ofTaughtKinds: [any FamilyOfKinds] = [
    TaughtSelector(), TaughtDecoy(), TaughtFlat(),
  ]

  private static let own: [any PlantedFamily] = [
    Selector(),
    DeepSelector(),
    JointSelector(),
    AllCopies(),
    Carrier(),
    Decoy(),
    LateDecoy(),
    Redundant(),
    Spare(),
    Flat(),
    Suppressor(),
    Graded(),
    Leaky(),
    TaughtSelector(),
    TaughtDeepSelector(),
    TaughtJointSelector(),
    TaughtCarrier(),
    TaughtDecoy(),
    TaughtRedundant(),
    TaughtFlat(),
    TaughtSuppressor(),
    Deceptive(),
    TaughtGraded(),
  ]

  /// The roots of the families, by name.
  static let roots = Dictionary(families.map { ($0.info.name, $0.info.root) }) { first, _ in first }

  /// - Throws: `option` listing the registered names.
  package static func named(_ name: String) throws(AssayError) -> any PlantedFamily {
    if let family = families.first(where: { $0.info.name == name }) { return family }
    throw AssayError(
      .option, "family", expected: "one of " + families.map(\.info.name).joined(separator: ", "),
      found: "\"\(name)\"")
  }
}
