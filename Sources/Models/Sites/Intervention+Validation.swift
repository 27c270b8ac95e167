import Tensors

extension Intervention {
  /// Checks every index and shape against the model and one sequence's length, so that lowering
  /// cannot fail.
  /// - Throws: `option` naming the part that does not fit, what was expected and what was found.
  package func validate(
    _ card: ModelCard, length: Int, sources: Int = 0
  ) throws(AssayError) {
    let (count, headCount) = (card.layers, card.heads)
    let queryCount = card.queryCount(length)
    try check(layers, "layers", below: count)
    try check(heads, "heads", below: headCount)
    try check(queries, "queries", below: queryCount)
    try check(keys, "keys", below: length)
    if let site {
      guard case .patch = action else {
        throw AssayError(
          .option, "intervention: site", expected: "an attention pattern; other sites take patch",
          found: "\(site)")
      }
    }
    let headShape = heads?.count ?? headCount
    let queryShape = queries?.count ?? queryCount
    switch action {
    case .replace(let value):
      let accepted = [[headShape, queryShape, length], [queryShape, length]]
      guard accepted.contains(value.shape) else {
        throw AssayError(
          .shape, "intervention replace: value", expected: "shape \(accepted[0]) or \(accepted[1])",
          found: "\(value.shape)")
      }
      guard value.scalars.allSatisfy(\.isFinite) else {
        throw AssayError(
          .numeric, "intervention replace: value", expected: "finite numbers",
          found: "a NaN or an infinity")
      }
      try validateReach(value, card, length, sources)
    case .reorder(let order):
      guard order.sorted() == Array(0..<length) else {
        throw AssayError(
          .option, "intervention reorder: order", expected: "a permutation of 0..<\(length)",
          found: "\(order.count) indices that are not")
      }
    case .move(let to):
      guard to >= 0, to < length else {
        throw AssayError(
          .option, "intervention move: to", expected: "0..<\(length)", found: "\(to)")
      }
    case .pour(let to): try check(to.isEmpty ? [-1] : to, "pour: to", below: length)
    case .exchange(let pairs):
      let all = pairs.flatMap { $0.first + $0.second }
      let isEmpty = pairs.contains { $0.first.isEmpty || $0.second.isEmpty }
      try check(isEmpty ? [-1] : all, "exchange", below: length)
    case .meanExchange(let first, let second):
      let all = (first + second).flatMap(\.self)
      let isEmpty = first.isEmpty || second.isEmpty || (first + second).contains(where: \.isEmpty)
      try check(isEmpty ? [-1] : all, "mean exchange", below: length)
    case .scale(let factor):
      guard factor.isFinite else {
        throw AssayError(
          .numeric, "intervention scale: factor", expected: "a finite number", found: "\(factor)")
      }
    case .patch(let value): try validatePatch(value, card, length)
    case .uniform, .permute, .knockOut: break
    }
  }

  /// Checks that no row of a pattern that replaces the model's own attends to what is ahead of a
  /// causal mask or out of a window.
  private func validateReach(
    _ value: Tensor, _ card: ModelCard, _ length: Int, _ sources: Int
  ) throws(AssayError) {
    let count = card.queryCount(length)
    let rows = queries ?? Array(0..<count)
    var masks: [AttentionMask] = []
    for layer in layers ?? Array(0..<card.layers) {
      let mask = card.masks[layer].over(sources: sources)
      if !masks.contains(mask) { masks.append(mask) }
    }
    for mask in masks {
      let beyond = value.withSpan { weights in
        weights.indices.first { index in
          let query = rows[index / length % rows.count]
          let keys = mask.reachable(query: query, queries: count, keys: length)
          return weights[index] != 0 && !keys.contains(index % length)
        }
      }
      guard let beyond else { continue }
      let query = rows[beyond / length % rows.count]
      throw AssayError(
        .option, "intervention replace: value",
        expected: "weight only on keys that the query sees "
          + "(\(mask.reachable(query: query, queries: count, keys: length)) for query \(query))",
        found: "weight on key \(beyond % length)")
    }
  }

  private func validatePatch(
    _ value: Tensor, _ card: ModelCard, _ length: Int
  ) throws(AssayError) {
    guard let site else {
      throw AssayError(.option, "intervention patch", expected: "a site", found: "none")
    }
    let isBehind = site.isBehindAttention
    var rows = keys?.count ?? (isBehind ? card.queryCount(length) : length)
    switch site {
    case .block(_, .pattern):
      throw AssayError(
        .option, "intervention patch: site", expected: "a site with rows (replace edits patterns)",
        found: "\(site)")
    case .block(let layer, _):
      guard layer < card.layers else {
        throw AssayError(
          .option, "intervention patch: site", expected: "a block below \(card.layers)",
          found: "\(site)")
      }
    case .pooled, .logits: rows = 1
    case .pixels, .embedding, .final: break
    }
    // The width of a site inside a block is only known when the pass gets there.
    let isRow = rows == 1 && value.shape.count == 1
    let width = card.embeddingWidth
    let fits =
      site == .pixels
      ? value.shape == card.grid?.shape && keys == nil
      : (isRow || (value.shape.count == 2 && value.shape[0] == rows))
        && (site != .embedding || value.shape.last == width)
    guard fits else {
      let picture = "the whole picture \(card.grid?.shape ?? [])"
      throw AssayError(
        .shape, "intervention patch: value",
        expected: site == .pixels
          ? picture : site == .embedding ? "[\(rows), \(width)]" : "\(rows) rows",
        found: "shape \(value.shape)\(site == .pixels && keys != nil ? " at some tokens" : "")")
    }
    guard value.scalars.allSatisfy(\.isFinite) else {
      throw AssayError(
        .numeric, "intervention patch: value", expected: "finite numbers",
        found: "a NaN or an infinity")
    }
  }

  private func check(_ indices: [Int]?, _ what: String, below bound: Int) throws(AssayError) {
    guard let indices else { return }
    if let wrong = indices.first(where: { $0 < 0 || $0 >= bound }) {
      throw AssayError(
        .option, "intervention: \(what)", expected: "indices in 0..<\(bound)", found: "\(wrong)")
    }
    if Set(indices).count != indices.count {
      throw AssayError(
        .option, "intervention: \(what)", expected: "each index once", found: "\(indices)")
    }
  }
}
