import Attribution
import Models
import Tensors
import Values

/// Does the map put its mass where integrated gradients put theirs?
package struct GradientAgreement: Check {
  package let info = CheckInfo(
    name: "gradient_agreement", condition: .consistency, role: .primary,
    claim: "the map highlights the tokens that the model's gradients highlight",
    null: "the map's weights placed at random over the tokens",
    limits: "gradients are local: they can miss what a larger change would show",
    cost: "8 to 128 forward and backward passes for each of two baselines",
    source: "after Jain & Wallace 2019; Sundararajan et al. 2017",
    needs: [.inputGradient, .classifier],
    options: [
      OptionSpec(
        "permutations", .integer(199...100_000), default: .integer(Draws().placements),
        "placements of the map's weights that agreement is compared with; twenty times as many where "
          + "these leave p near the level")
    ])

  /// Points of the quadrature to begin with; doubled until the completeness gap is small.
  static let fewestSteps = 8
  private static let mostSteps = 128

  package func estimate(_ examination: Examination) throws(AssayError) -> Cost {
    // Doubled steps cost what all before them cost; the gradient at the input, its proof and the ends
    // of the lines serve all references.
    let steps = 2 * Self.mostSteps(examination.settings) - Self.fewestSteps
    return Cost(forwards: 2 * steps + 6, backwards: 2 * steps + 1)
  }

  /// Points after which a reference is given up; fewer within a budget.
  static func mostSteps(_ settings: Settings) -> Int {
    settings.thinning < 1 ? 2 * fewestSteps : mostSteps
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<GradientFinding> {
    let references = try examination.references()
    let weights = examination.highlight.weights
    if examination.count < 2 {
      return .undecided("One token alone cannot agree or disagree with anything.")
    }
    if examination.highlight.top.isEmpty {
      return .undecided("The map gives no token a positive weight, so there is nothing to compare.")
    }
    let epsilon = examination.thresholds.epsilon
    let usable = references.filter {
      $0.isCounted && $0.obstacle == nil
        && MassAgreement($0.magnitudes, weights: weights).span >= epsilon
    }
    guard !usable.isEmpty else {
      let sound = references.contains { $0.isCounted && $0.obstacle == nil }
      return .undecided(
        sound
          ? "Map and gradients are too even to be compared: every order of the weights is about as good."
          : "No gradient reference could be used: each was constant or numerically unsound.")
    }
    let scales = usable.map { MassAgreement($0.magnitudes, weights: weights) }
    let top = examination.highlight.top
    let strongest = scales.map { $0.strongest(top.count) }
    let null = try PlacementNull(
      weights: weights, draws: try examination.options(of: self).integer("permutations"),
      alpha: examination.settings.measuresAll ? nil : examination.thresholds.alpha,
      source: examination.random("gradient_agreement"),
      execution: examination.question.execution,
      statistic: { placed in median(scales.map { $0.efficiency(of: placed) }) },
      isBest: { order in
        // Where K's weights stand, compared with where each reference is largest.
        let places = Set(order.indices.filter { top.contains(order[$0]) })
        return strongest.contains(places)
      })
    let method = examination.explanation.method
    let shares =
      Methods.all.first { $0.info.name == method }?.info.integratesGradients ?? false
    return .found(
      GradientFinding(
        placement: null,
        references: references.map { reference in
          let scale = MassAgreement(reference.magnitudes, weights: weights)
          return GradientFinding.Comparison(
            reference: reference,
            efficiency: scale.span >= epsilon ? scale.efficiency(of: weights) : nil)
        }, isIndependent: !shares))
  }
}

/// The scale on which a map's mass is held against one reference g, whose largest value is set to 1:
/// η = (Σ ê g − mean g)/(Σ of both sorted − mean g).
struct MassAgreement {
  private let reference: [Double]
  private let mean: Double
  private let most: Double

  /// - Parameter weights: ê; any order of them has the same scale.
  init(_ magnitudes: [Double], weights: [Double]) {
    let largest = magnitudes.max() ?? 0
    let reference = largest > 0 ? magnitudes.map { $0 / largest } : magnitudes
    self.reference = reference
    mean = reference.reduce(0, +) / Double(max(reference.count, 1))
    most = zip(weights.sorted(by: >), reference.sorted(by: >)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// What the best order of the weights is above chance.
  var span: Double { most - mean }

  func efficiency(of weights: [Double]) -> Double {
    (zip(weights, reference).reduce(0) { $0 + $1.0 * $1.1 } - mean) / span
  }

  /// Where the reference is largest, ties to the earlier unit.
  func strongest(_ size: Int) -> Set<Int> {
    Set(
      reference.indices.sorted { (reference[$1], $0) < (reference[$0], $1) }.prefix(size))
  }
}

/// How the map agrees with gradient explanations of the same prediction.
package struct GradientFinding: Finding {
  /// The map against one reference.
  package struct Comparison: Sendable {
    package let reference: Reference
    /// η in this reference; nil where it cannot tell.
    package let efficiency: Double?
  }

  package let placement: PlacementNull
  package let references: [Comparison]
  /// Whether the map is made of something else than the references.
  package let isIndependent: Bool

  /// The median efficiency in the references that count.
  package var efficiency: Double { placement.observed }

  /// Whether agreement is no better than chance.
  package func isLow(_ thresholds: Thresholds) -> Bool { efficiency < thresholds.contradicted }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    if isLow(thresholds) { return .contradicts }
    let isRare = placement.pValue <= max(thresholds.alpha, placement.smallestP)
    return efficiency >= thresholds.supported && isRare ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { efficiency }
  package var effect: Double? { efficiency }
  package var pValue: Double? { placement.pValue }
  package var smallestP: Double? { placement.smallestP }
  package var null: NullSummary? { placement.summary("weights placed at random") }

  package func sentence(_ thresholds: Thresholds) -> String {
    let share = decimal(efficiency)
    let witness = isIndependent ? "" : " It is made of such gradients itself: not independent."
    switch outcome(thresholds) {
    case .supports:
      return "The map puts its weight where integrated gradients do (efficiency \(share); 0 is "
        + "chance, 1 the best order of the same weights)." + witness
    case .contradicts:
      return "The map agrees with integrated gradients no better than chance (efficiency \(share))."
        + witness
    case .inconclusive, .notApplicable:
      return efficiency >= thresholds.supported
        ? "The map agrees with integrated gradients (efficiency \(share)), but so few tokens could do "
          + "that by luck."
        : "The map agrees with integrated gradients in part (efficiency \(share))." + witness
    }
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("independent", .bool(isIndependent)),
      (
        "references",
        .list(
          references.map { one in
            .record([
              ("name", .text(one.reference.name)), ("efficiency", .number(one.efficiency)),
              ("counted", .bool(one.reference.isCounted && one.reference.obstacle == nil)),
              ("dropped", .text(one.reference.obstacle ?? "")),
              ("scores", .numbers(one.reference.magnitudes)),
            ])
          })
      ),
    ]
  }
}
