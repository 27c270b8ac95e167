import Autodiff
import Tensors

/// Which rows the last block computes when only the read-out is looked at.
///
/// Keys and values of the last block need every row, but a query, and all that follows attention,
/// matters only where the head reads. Rows are computed independently of each other, so those that
/// remain have the bits that they have among all.
struct Narrowing: Sendable {
  /// The last block that runs.
  let layer: Int
  /// One row of the residual stream a sequence.
  let rows: [Int]
  /// One query a sequence, every token a key.
  let layout: PatternLayout

  /// nil when more than one row of a sequence is read, kept, differentiated or patched in the block or
  /// behind it, and in training, whose random zeroing counts rows. An edit of the block's attention
  /// matters in the row that is read.
  init?(_ request: Request, _ batch: Batch, _ card: ModelCard) {
    let layer = (request.stop ?? card.layers) - 1
    func matters(_ site: Site) -> Bool {
      switch site {
      case .block(layer, let place): place != .input
      case .final: true
      case .pixels, .embedding, .block, .pooled, .logits: false
      }
    }
    guard layer >= request.resume?.block ?? 0, !request.trains, card.readOut != .query,
      !request.keep.contains(where: matters), !request.differentiate.contains(where: matters),
      !request.interventions.joined().contains(where: { $0.site.map(matters) ?? false })
    else { return nil }
    var rows: [Int] = []
    for (input, offset) in zip(batch.inputs, batch.layout.offsets) {
      // A masked block takes its queries for the last ones.
      guard let row = card.readOut.row(of: input),
        card.masks[layer] == .none || row == input.count - 1
      else { return nil }
      rows.append(offset + row)
    }
    self.layer = layer
    self.rows = rows
    layout = PatternLayout(
      heads: card.heads, queries: Ragged(lengths: rows.map { _ in 1 }), keys: batch.layout)
  }
}

extension Request {
  /// Whether weights are variables or activations are dropped.
  var trains: Bool {
    dropout != nil || !tables.isEmpty || parameters.values.contains { !$0.isConstant }
  }
}

extension ForwardPass {
  /// Where the attention pattern of block `layer` lies.
  package func layout(_ layer: Int) -> PatternLayout {
    if let narrowing, narrowing.layer == layer { return narrowing.layout }
    return layout
  }

  /// The one query of a sequence that block `layer` asks; nil when it asks all.
  func row(_ layer: Int, _ sequence: Int) -> Int? {
    guard let narrowing, narrowing.layer == layer else { return nil }
    return narrowing.rows[sequence] - batch.layout.offsets[sequence]
  }

  /// The rows of `x`, `[total tokens, width]`, whose result block `layer` hands on: all of them
  /// except in a narrowed last block. Rows that were chosen already are handed on.
  ///
  /// Every block chooses where a row no longer reaches other rows: before or behind its queries, and
  /// before the attention branch joins the stream. Choosing the stream that late keeps the order in
  /// which its cotangents are added.
  package func readRows(_ x: Variable, layer: Int) throws(AssayError) -> Variable {
    guard let narrowing, narrowing.layer == layer, x.shape[0] == batch.layout.total else {
      return x
    }
    return try tape.apply(Gather(narrowing.rows), [x])
  }

  /// The position of every row of `x`: of all tokens, or of the rows that a narrowed block reads.
  package func positions(of x: Variable) -> [Int] {
    let all = batch.positions
    guard let narrowing, x.shape[0] != all.count else { return all }
    return narrowing.rows.map { all[$0] }
  }
}
