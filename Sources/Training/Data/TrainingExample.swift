import Models

/// One text with what a model should say of it.
package struct TrainingExample: Sendable {
  package let input: Input
  /// The wanted probability of each label; sums to one.
  package let target: [Float]
  /// How much the example counts in its batch's mean loss.
  package let weight: Float

  package init(input: Input, target: [Float], weight: Float = 1) {
    self.input = input
    self.target = target
    self.weight = weight
  }
}
