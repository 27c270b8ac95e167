import Models

/// What the verdict needs to know of the tested map itself, beside what the checks found.
package struct MapShape: Sendable {
  /// How many units are explained.
  package let count: Int
  /// Whether no unit has a positive score.
  package let highlightsNothing: Bool
  /// How many times its even share the highlighted set holds.
  package let concentration: Double
  /// The share of attention on sinks; nil when it has no meaning.
  package let sinkMass: Double?
  /// The share of the explained tokens that the tokenizer does not know.
  package let unknownShare: Double
  /// The same among the highlighted ones.
  package let unknownHighlighted: Double
  /// Whether effects have a size that thresholds can be held against.
  package let isScaled: Bool
  /// The chance that a random set of the size of K is K.
  package let bound: Double

  package init(
    count: Int, highlightsNothing: Bool, concentration: Double, sinkMass: Double?,
    unknownShare: Double, unknownHighlighted: Double, isScaled: Bool, bound: Double
  ) {
    self.count = count
    self.highlightsNothing = highlightsNothing
    self.concentration = concentration
    self.sinkMass = sinkMass
    self.unknownShare = unknownShare
    self.unknownHighlighted = unknownHighlighted
    self.isScaled = isScaled
    self.bound = bound
  }

  init(_ examination: Examination, sinkMass: Double?) {
    let highlight = examination.highlight
    let input = examination.question.input
    func unknown(_ positions: [Int]) -> Double {
      guard let unknown = input.vocabulary.unknown, input.image == nil, !positions.isEmpty else {
        return 0
      }
      return Double(positions.count { input.ids[$0] == unknown }) / Double(positions.count)
    }
    self.init(
      count: highlight.weights.count, highlightsNothing: highlight.top.isEmpty,
      concentration: highlight.concentration, sinkMass: sinkMass,
      unknownShare: unknown(examination.question.positions),
      unknownHighlighted: unknown(examination.positions(highlight.top)),
      isScaled: examination.unit.isScaled,
      bound: highlight.top.isEmpty ? 1 : examination.stream(highlight.top.count).bound)
  }

  /// Whether the map says nothing: no positive score, or nearly even over several units.
  func isFlat(_ thresholds: Thresholds) -> Bool {
    highlightsNothing || (count > 1 && concentration < thresholds.flat)
  }

  /// Whether nearly everything rests on sinks, so that little is left to judge.
  func isHidden(_ thresholds: Thresholds) -> Bool {
    sinkMass.map { 1 - $0 < thresholds.explainedMass } ?? false
  }

  /// Whether the highlighted tokens are ones that the model cannot read.
  var isUnreadable: Bool { unknownHighlighted > 0.5 }
}
