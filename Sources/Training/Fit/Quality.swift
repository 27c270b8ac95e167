import Tensors

/// How well a model does on labelled texts.
package struct Quality: Sendable, Equatable {
  /// How many texts get the right label.
  package let correct: Int
  package let count: Int
  /// The mean of −log p(right label).
  package let loss: Double
  /// The area under the ROC curve of the second of two labels; nil for other numbers of labels and
  /// where a label is missing.
  package let area: Double?

  package init(correct: Int, count: Int, loss: Double, area: Double? = nil) {
    self.correct = correct
    self.count = count
    self.loss = loss
    self.area = area
  }

  package var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// More right answers, or as many with less loss.
  package func isBetter(than other: Quality) -> Bool {
    correct != other.correct ? correct > other.correct : loss < other.loss
  }

  /// For people.
  var words: String {
    func percent(_ share: Double) -> String { "\(Double((share * 1000).rounded()) / 10) %" }
    return "accuracy \(percent(accuracy))" + (area.map { ", area \(percent($0))" } ?? "")
  }

  /// The area under the ROC curve: the chance that a positive text scores above a negative one, ties
  /// counting half (Hanley & McNeil 1982); nil without both, and for scores that are not numbers.
  package static func area(scores: [Double], positive: [Bool]) -> Double? {
    if scores.contains(where: \.isNaN) { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (rankSum, start) = (0.0, 0)
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] <= scores[order[start]] { end += 1 }
      // Equal scores share the mean of the ranks start + 1 ... end.
      let rank = Double(start + 1 + end) / 2
      rankSum += rank * Double(order[start..<end].count { positive[$0] })
      start = end
    }
    let ones = Double(positive.count { $0 })
    let zeros = Double(positive.count) - ones
    guard ones > 0, zeros > 0 else { return nil }
    return (rankSum - ones * (ones + 1) / 2) / (ones * zeros)
  }
}
