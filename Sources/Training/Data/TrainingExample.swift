import Models

/// One text with what a model should say of it.
package struct TrainingExample: Sendable {
  package let input: Input
  /// The wanted probability of each label; sums to one.
  package let target: [Float]
  /// How much the example counts in its batch's mean loss.
  package let weight: Float
  /// Words (by the input's `words`) that attention must not rest on when `TrainingOptions.penalty`
  /// says so; words rather than positions, because a corrupted text loses positions.
  package let withheld: Set<Int>
  /// What is done to the model's attention whenever it reads the text: frozen weights, for example.
  package let interventions: [Intervention]
  /// Where the text's attention is wanted; nowhere in particular by default.
  package let attention: [AttentionDemand]

  package init(
    input: Input, target: [Float], weight: Float = 1, withheld: Set<Int> = [],
    interventions: [Intervention] = [], attention: [AttentionDemand] = []
  ) {
    self.input = input
    self.target = target
    self.weight = weight
    self.withheld = withheld
    self.interventions = interventions
    self.attention = attention
  }
}
