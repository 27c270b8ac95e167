/// The share of attention that some tokens of a training text are to have in every head of a layer.
///
/// Positions are those of the text as it is given, so examples with demands are trained without
/// words taken out (`TrainingOptions.corruption`).
package struct AttentionDemand: Sendable {
  package let layer: Int
  /// The rows that attend; nil means all.
  package let queries: [Int]?
  /// The tokens that are attended to.
  package let keys: [Int]
  /// Their wanted share, 0...1.
  package let share: Double

  package init(layer: Int, queries: [Int]?, keys: [Int], share: Double) {
    self.layer = layer
    self.queries = queries
    self.keys = keys
    self.share = share
  }
}
