import Attribution
import Evidence
import Models
import Tensors
import Values

/// What the head of a planted model makes of the strength s of the axis that it reads: every score is a
/// multiple of s and a constant.
///
/// Without evidence s is nothing, and the explained label stands at even odds; a quantity stands at
/// nought.
struct PlantedHead: Sendable {
  /// One multiple a score, up to the scale that gives the planted confidence.
  let multiples: [Double]
  /// One constant a score.
  let constants: [Double]
  /// The explained score.
  let label: Int
  /// The score that it is held against; nil where it stands for itself.
  let rival: Int?
  /// What the explained score, or its lead over the rival, is to be on the whole text.
  let wanted: Double
  /// How much of a quantity is much; nil for probabilities.
  let scale: Double?
  /// What says in a configuration which head it is.
  let configuration: Members

  /// How far below the answers every other word of a vocabulary stands.
  private static let unsaid = -12.0

  /// - Parameters:
  ///   - answers: words that a language model may answer with.
  ///   - draw: what is drawn beside the blueprint's own; classes draw nothing.
  init(
    _ head: ModelKind.Head, _ blueprint: Blueprint, vocabulary: Int, answers: Range<Int>,
    _ draw: inout RandomSource.Draw
  ) {
    let odds = logarithm(blueprint.confidence / (1 - blueprint.confidence))
    let sign = blueprint.label == 1 ? 1.0 : -1.0
    var fields = Members()
    switch head {
    case .classes, .token:
      self.init(
        multiples: [-0.5 * sign, 0.5 * sign], constants: [0, 0], label: blueprint.label,
        rival: 1 - blueprint.label, wanted: odds, scale: nil, configuration: fields.labels(2))
    case .multiLabel:
      let count = draw.integer(in: 3...5)
      let label = draw.integer(below: count)
      fields["problem_type"] = "multi_label_classification"
      let constants = (0..<count).map { $0 == label ? 0 : draw.uniform(-2...(-0.5)) }
      self.init(
        multiples: (0..<count).map { $0 == label ? 1 : 0 }, constants: constants, label: label,
        rival: nil, wanted: odds, scale: nil, configuration: fields.labels(count))
    case .regression:
      fields["problem_type"] = "regression"
      let size = draw.uniform(0.5...5)
      self.init(
        multiples: [sign], constants: [0], label: 0, rival: nil, wanted: sign * size,
        scale: size / (blueprint.confidence - 0.5), configuration: fields.labels(1))
    case .languageModel:
      let first = draw.integer(in: answers.lowerBound...answers.upperBound - 1)
      let other = (first - answers.lowerBound + 1 + draw.integer(below: answers.count - 1))
      let second = answers.lowerBound + other % answers.count
      func each(_ value: (Int) -> Double) -> [Double] { (0..<vocabulary).map(value) }
      self.init(
        multiples: each { $0 == first ? 0.5 : $0 == second ? -0.5 : 0 },
        constants: each { $0 == first || $0 == second ? 0 : Self.unsaid }, label: first,
        rival: second, wanted: odds, scale: nil, configuration: fields)
    }
  }

  private init(
    multiples: [Double], constants: [Double], label: Int, rival: Int?, wanted: Double,
    scale: Double?, configuration: Members
  ) {
    self.multiples = multiples
    self.constants = constants
    self.label = label
    self.rival = rival
    self.wanted = wanted
    self.scale = scale
    self.configuration = configuration
  }

  /// The scores' rows over what the head reads, where s stands on `direction`.
  func rows(_ direction: [Double], scale: Double) -> [[Double]] {
    multiples.map { multiple in direction.map { multiple * scale * $0 } }
  }

  /// The same for a head that has no constants of its own: they stand on `ballast`, which has about the
  /// given strength whatever the text.
  func rows(
    _ direction: [Double], scale: Double, ballast: [Double], strength: Double
  ) -> [[Double]] {
    zip(rows(direction, scale: scale), constants).map { row, constant in
      zip(row, ballast).map { $0 + constant / strength * $1 }
    }
  }

  /// What is to become `wanted`, among the scores of a text.
  func lead(_ logits: [Float]) -> Double {
    Double(rival.map { logits[label] - logits[$0] } ?? logits[label])
  }
}

extension Members {
  /// The same with a number of labels.
  fileprivate func labels(_ count: Int) -> Members {
    var copy = self
    copy["num_labels"] = .integer(count)
    return copy
  }
}
