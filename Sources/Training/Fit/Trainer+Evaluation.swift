import Autodiff
import Models
import Tensors

/// How well a model does on labelled texts.
package struct Quality: Sendable, Equatable {
  /// How many texts get the right label.
  package let correct: Int
  package let count: Int
  /// The mean of −log p(right label).
  package let loss: Double

  package var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// More right answers, or as many with less loss.
  package func isBetter(than other: Quality) -> Bool {
    correct != other.correct ? correct > other.correct : loss < other.loss
  }
}

extension Trainer {
  /// The quality of the averaged parameters on `examples`; the right label is the likeliest one of
  /// the target.
  package func quality(
    on examples: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Quality {
    var request = Request()
    request.parameters = parameters.named(parameters.variables(of: average, watchedBy: nil))
    var (correct, loss) = (0, 0.0)
    let inputs = examples.map(\.input)
    for chunk in model.chunks(of: inputs, execution) {
      let run = try model.run(Array(inputs[chunk]), request, on: Tape(execution))
      let labels = run.output.shape[1]
      let scores = run.output.value.scalars
      for (row, index) in chunk.enumerated() {
        let row = Array(scores[row * labels..<(row + 1) * labels])
        let right = examples[index].target.firstIndexOfLargest
        if row.firstIndexOfLargest == right { correct += 1 }
        loss -= model.card.probabilities(row).map(logarithm)[right]
      }
    }
    return Quality(
      correct: correct, count: examples.count, loss: loss / Double(max(examples.count, 1)))
  }
}

extension [Float] {
  /// The index of the largest number, the first of equals.
  fileprivate var firstIndexOfLargest: Int {
    indices.reduce(0) { self[$1] > self[$0] ? $1 : $0 }
  }
}
