import Autodiff
import Tensors

extension Intervention {
  /// The edits of one layer's pattern in one sequence, one a head.
  func lowered(
    sequence: Int, layer: Int, _ layout: PatternLayout, mask: AttentionMask
  ) -> [PatternEdit] {
    let keyCount = layout.keys.length(sequence)
    let queryCount = layout.queries.length(sequence)
    return (heads ?? Array(0..<layout.heads)).enumerated().flatMap { rank, head in
      edits(
        sequence: sequence, head: head, rank: rank, layer: layer, queryCount: queryCount,
        keyCount: keyCount, mask: mask)
    }
  }

  private func edits(
    sequence: Int, head: Int, rank: Int, layer: Int, queryCount: Int, keyCount: Int,
    mask: AttentionMask
  ) -> [PatternEdit] {
    let keys = self.keys ?? Array(0..<keyCount)
    func edit(_ action: PatternEdit.Action, _ queries: [Int]?) -> [PatternEdit] {
      [PatternEdit(sequence: sequence, head: head, queries: queries, action: action)]
    }
    switch action {
    case .replace(let value):
      let rows = value.shape.count == 3 ? value.slices(rank..<rank + 1) : value
      return edit(.replace(rows), queries)
    case .uniform: return edit(.uniform, queries)
    case .reorder(let order): return edit(.reorder(order), queries)
    case .scale(let factor): return edit(.scale(keys: keys, factor: factor), queries)
    case .knockOut(let renormalise):
      return edit(.knockOut(keys: keys, renormalise: renormalise), queries)
    case .move(let to): return edit(.move(keys: keys.filter { $0 != to }, to: to), queries)
    case .permute(let seed):
      // A causal row can only exchange weights among the keys it sees, so each row has its order.
      let source = RandomSource(seed: seed, stream: "intervention.permute")
      return (queries ?? Array(0..<queryCount)).flatMap { query in
        let visible = mask.visible(query: query, queries: queryCount, keys: keyCount)
        let movable = keys.filter(visible.contains)
        var draw = source.draw((layer * 4096 + head) * 65536 + query)
        var order = Array(0..<keyCount)
        for (slot, from) in draw.permutation(movable.count).enumerated() {
          order[movable[slot]] = movable[from]
        }
        return edit(.reorder(order), [query])
      }
    case .patch: return []
    }
  }
}
