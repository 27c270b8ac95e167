import Tensors

/// Where a search for other attention starts, and what it counts as found.
///
/// Both plans share the loss, the optimizer and its rate (`AttentionSearch`).
public enum SearchPlan: String, Sendable, CaseIterable {
  /// Starts at the original and at the single redirections that change the prediction least, keeps
  /// the best map on the way, and ends when none better has come for a while.
  case redirects
  /// The protocol of Jain & Wallace 2019: starts at random, ε = 0.01, takes what the last of all
  /// steps gives.
  case published

  /// How many searches run side by side.
  static let restarts = 5
  /// The most steps.
  static let steps = 500

  /// How far the prediction may move.
  func epsilon(_ thresholds: Thresholds) -> Double {
    self == .published ? 0.01 : thresholds.epsilon
  }

  /// Steps without a better map after which the search ends; nil means never.
  var patience: Int? { self == .published ? nil : 60 }

  /// Whether the last map counts rather than the best on the way.
  var takesLast: Bool { self == .published }
}

extension AttentionSearch {
  /// Attention at random wherever the model can attend at all: softmax(3 · normal).
  func randomStarts(
    _ original: [[Double]], _ count: Int, _ draw: inout RandomSource.Draw
  ) -> [[[Double]]] {
    var starts: [[[Double]]] = []
    for _ in 0..<count {
      var start: [[Double]] = []
      for layer in original {
        var scores: [Double] = []
        for weight in layer { scores.append(weight > 0 ? 3 * draw.normal() : -.infinity) }
        start.append(softmaxRows(scores))
      }
      starts.append(start)
    }
    return starts
  }
}
