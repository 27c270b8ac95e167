import Attribution

extension Examination {
  /// The runs that one experiment on sets of K's size takes at most, with the search for the best set.
  var setPasses: Int {
    let size = highlight.top.count
    let singles = count
    guard size > 1 else { return singles }
    let searched: Int =
      switch settings.search {
      case .growth: min(size, SetSearch.steps) * count + 1
      case .elimination: count * (count + 1) / 2
      }
    return singles + stream(size).sets.count + 2 + searched
  }
}
