import Autodiff
import Tensors

extension Intervention {
  /// The edits of one layer's pattern in one sequence, one a head.
  /// - Parameter row: the only query that `layout` has of this sequence; nil when it has all.
  func lowered(
    sequence: Int, layer: Int, _ layout: PatternLayout, mask: AttentionMask, only row: Int? = nil
  ) -> [PatternEdit] {
    let place = Place(
      sequence: sequence, layer: layer, keys: layout.keys.length(sequence),
      queries: row == nil ? layout.queries.length(sequence) : layout.keys.length(sequence),
      mask: mask, row: row)
    if let row, let queries, !queries.contains(row) { return [] }
    return (heads ?? Array(0..<layout.heads)).enumerated().flatMap { rank, head in
      edits(of: head, rank: rank, place)
    }
  }

  /// Where a pattern is edited.
  private struct Place {
    let sequence: Int
    let layer: Int
    let keys: Int
    /// How many queries the sequence has.
    let queries: Int
    let mask: AttentionMask
    /// The only query whose row there is, which then is row 0.
    let row: Int?
  }

  private func edits(of head: Int, rank: Int, _ place: Place) -> [PatternEdit] {
    let keys = self.keys ?? Array(0..<place.keys)
    func edit(_ action: PatternEdit.Action, _ queries: [Int]?) -> [PatternEdit] {
      [
        PatternEdit(
          sequence: place.sequence, head: head, queries: place.row == nil ? queries : [0],
          action: action)
      ]
    }
    switch action {
    case .replace(let value):
      let rows = value.shape.count == 3 ? value.slices(rank..<rank + 1) : value
      guard let row = place.row else { return edit(.replace(rows), queries) }
      let index = queries?.firstIndex(of: row) ?? row
      let matrix = rows.reshaped([rows.count / place.keys, place.keys])
      return edit(.replace(matrix.slices(index..<index + 1)), queries)
    case .uniform: return edit(.uniform, queries)
    case .reorder(let order): return edit(.reorder(order), queries)
    case .scale(let factor): return edit(.scale(keys: keys, factor: factor), queries)
    case .knockOut(let renormalise):
      return edit(.knockOut(keys: keys, renormalise: renormalise), queries)
    case .move(let to): return edit(.move(keys: keys.filter { $0 != to }, to: to), queries)
    case .pour(let to):
      return edit(.pour(keys: keys.filter { !to.contains($0) }, to: to), queries)
    case .exchange(let pairs): return edit(.exchange(pairs), queries)
    case .meanExchange(let first, let second):
      return edit(.meanExchange(first: first, second: second), queries)
    case .permute(let seed):
      // A causal row can only exchange weights among the keys it sees, so each row has its order.
      let source = RandomSource(seed: seed, stream: "intervention.permute")
      let rows = place.row.map { [$0] } ?? queries ?? Array(0..<place.queries)
      return rows.flatMap { query in
        let visible = place.mask.visible(query: query, queries: place.queries, keys: place.keys)
        let movable = keys.filter(visible.contains)
        var draw = source.draw((place.layer * 4096 + head) * 65536 + query)
        var order = Array(0..<place.keys)
        for (slot, from) in draw.permutation(movable.count).enumerated() {
          order[movable[slot]] = movable[from]
        }
        return edit(.reorder(order), [query])
      }
    case .patch: return []
    }
  }
}
