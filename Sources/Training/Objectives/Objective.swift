import Autodiff
import Models
import Tensors

/// What a training minimises.
package protocol Objective: Sendable {
  /// Everything a resumed training must agree on, as text.
  var summary: String { get }
  /// Sites, besides the scores, that the loss depends on.
  var sites: [Site] { get }

  /// The loss of one batch, `[1]`.
  /// - Parameters:
  ///   - chosen: the batch's examples, by index.
  ///   - examples: all examples of the training.
  func loss(
    _ run: Run, _ chosen: [Int], of examples: [TrainingExample], on tape: Tape
  ) throws(AssayError) -> Variable
}

/// The cross-entropy against the examples' targets, by their weights.
package struct Supervised: Objective {
  package let sites: [Site] = []
  /// Adds the losses of a batch up rather than taking their weighted mean.
  private let sums: Bool

  package init(sums: Bool) { self.sums = sums }

  package var summary: String { "cross-entropy" }

  package func loss(
    _ run: Run, _ chosen: [Int], of examples: [TrainingExample], on tape: Tape
  ) throws(AssayError) -> Variable {
    let targets = Tensor(chosen.flatMap { examples[$0].target }, shape: run.output.shape)
    let loss = CrossEntropy(
      targets: targets, weights: chosen.map { examples[$0].weight }, sums: sums)
    return try tape.apply(loss, [run.output])
  }
}
