import Models

extension Examination {
  /// The units that the attention paid to `top` could go to instead: those that some edited query,
  /// of those that the prediction depends on, reaches beside one of `top`.
  ///
  /// Attention that no query can move has no effect by construction, which says nothing of the map.
  func receivers(of top: [Int]) -> [Int] {
    let (card, count, keys) = (question.model.card, question.input.count, positions(top))
    let queries = card.queryCount(count)
    let masks = Set(scope.layers.map { card.masks[$0].over(sources: question.input.sources) })
    let isOpen = masks.allSatisfy { $0 == .none || $0 == .inner }
    if isOpen { return (0..<self.count).filter { !top.contains($0) } }
    var isReached = [Bool](repeating: false, count: count)
    for mask in masks {
      // Behind a causal mask no row reads a later one.
      let last = mask.isCausal ? question.readOutRow : queries - 1
      for query in scope.queries ?? Array(0..<queries) where query <= last {
        let reach = mask.reachable(query: query, queries: queries, keys: count)
        guard keys.contains(where: reach.contains) else { continue }
        for key in reach { isReached[key] = true }
      }
    }
    return (0..<self.count).filter { unit in
      !top.contains(unit) && units.positions[unit].allSatisfy { isReached[$0] }
    }
  }
}
