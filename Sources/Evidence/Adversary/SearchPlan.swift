/// Where a check's search for other attention starts, and what it counts as found.
package enum SearchPlan: String, Sendable, CaseIterable {
  /// Starts at the original and at the single redirections that change the prediction least, keeps
  /// the best map on the way, and ends when none better has come for a while.
  case redirects
  /// The protocol of Jain & Wallace 2019: starts at random, ε = 0.01, takes what the last of all
  /// steps gives.
  case published

  /// The search as planned.
  func search(_ thresholds: Thresholds) -> AttentionSearch {
    var search = AttentionSearch()
    if self == .redirects {
      search.epsilon = thresholds.epsilon
      search.patience = 60
    }
    return search
  }
}
