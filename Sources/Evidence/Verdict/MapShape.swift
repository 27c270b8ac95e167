/// What the verdict needs to know of the tested map itself, beside what the checks found.
package struct MapShape: Sendable {
  /// How many tokens are explained.
  package let count: Int
  /// Whether no token has a positive score.
  package let highlightsNothing: Bool
  /// Total variation distance of the map from uniform.
  package let distanceFromUniform: Double
  /// The share of attention on sinks; nil when it has no meaning.
  package let sinkMass: Double?

  init(_ highlight: Highlight, sinkMass: Double?) {
    count = highlight.weights.count
    highlightsNothing = highlight.top.isEmpty
    distanceFromUniform = highlight.distanceFromUniform
    self.sinkMass = sinkMass
  }

  /// Whether the map says nothing: no positive score, or nearly uniform over several tokens.
  func isFlat(_ thresholds: Thresholds) -> Bool {
    highlightsNothing || (count > 1 && distanceFromUniform < thresholds.flat)
  }

  /// Whether nearly everything rests on sinks, so that little is left to judge.
  func isHidden(_ thresholds: Thresholds) -> Bool {
    sinkMass.map { 1 - $0 < thresholds.explainedMass } ?? false
  }
}
