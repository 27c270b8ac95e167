import Attribution
import Models
import Tensors

/// What becomes of a prediction when K, or random sets of its size, are deleted from the text.
package struct RowRemoval: Sendable, Equatable {
  /// Whether the prediction without K stays.
  package let same: Bool
  /// The share of random sets without which it stays.
  package let randomSame: Double
  /// Whether the prediction without K is right; nil where nobody said which is.
  package let correct: Bool?
  /// The share of random sets without which it is right.
  package let randomCorrect: Double?

  /// - Parameter highlighted: positions of K.
  /// - Returns: nil where K is empty, no sets are asked for, nothing would be left of the text, or the
  ///   model predicts a quantity, which has no other label to turn to.
  init?(
    _ question: Question, highlighted: [Int], label: Int?, sets: Int
  ) throws(AssayError) {
    let (model, positions) = (question.model, question.positions)
    guard !highlighted.isEmpty, sets > 0, highlighted.count < question.input.count,
      RemovalOperator.delete.obstacle(model, question.input) == nil,
      let before = model.card.predictedLabel(question.prediction.probabilities[0])?.label
    else { return nil }
    let source = question.execution.random("data_set.removal")
    let random = (0..<sets).map { index in
      var draw = source.draw(index)
      return draw.permutation(positions.count).prefix(highlighted.count).map { positions[$0] }
        .sorted()
    }
    let ablation = try question.ablate([highlighted] + random, by: .delete)
    let labels = ablation.probabilities.map { model.card.predictedLabel($0[0])?.label }
    func share(_ label: Int) -> Double {
      Double(labels.dropFirst().count { $0 == label }) / Double(sets)
    }
    same = labels[0] == before
    randomSame = share(before)
    correct = label.map { labels[0] == $0 }
    randomCorrect = label.map(share)
  }
}
