import Autodiff
import Models
import Tensors

extension Trainer {
  /// The quality of the averaged parameters on `examples`; the right label is the likeliest one of
  /// the target.
  package func quality(
    on examples: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Quality {
    var request = Request()
    request.parameters = parameters.constants(of: average)
    var (correct, loss) = (0, 0.0)
    var (second, positive): ([Double], [Bool]) = ([], [])
    let inputs = examples.map(\.input)
    let isEdited = examples.contains { !$0.interventions.isEmpty }
    for chunk in model.chunks(of: inputs, execution) {
      request.interventions = isEdited ? examples[chunk].map(\.interventions) : []
      let run = try model.run(Array(inputs[chunk]), request, on: Tape(execution))
      let labels = run.output.shape[1]
      let scores = run.output.value.scalars
      for (row, index) in chunk.enumerated() {
        let row = Array(scores[row * labels..<(row + 1) * labels])
        let right = examples[index].target.firstIndexOfLargest
        if row.firstIndexOfLargest == right { correct += 1 }
        let probabilities = model.card.probabilities(row)
        loss -= model.card.logProbability(of: right, row)
        if labels == 2 {
          second.append(probabilities[1])
          positive.append(right == 1)
        }
      }
    }
    return Quality(
      correct: correct, count: examples.count, loss: loss / Double(max(examples.count, 1)),
      area: Quality.area(scores: second, positive: positive))
  }
}

extension [Float] {
  /// The index of the largest number, the first of equals.
  fileprivate var firstIndexOfLargest: Int {
    indices.reduce(0) { self[$1] > self[$0] ? $1 : $0 }
  }
}
