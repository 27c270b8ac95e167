import Tensors

/// How the values of a batch lie at every site: sequence behind sequence.
package struct SiteLayout: Sendable {
  package let batch: Batch
  /// The rows that ask; behind the attention the stream has only these.
  package let queries: Ragged
  /// The attention of every layer: every token asks, or the one query does; every token of its
  /// sequence answers.
  package let patterns: PatternLayout

  package init(_ batch: Batch, _ card: ModelCard) {
    self.batch = batch
    queries =
      card.readOut == .query
      ? Ragged(lengths: batch.inputs.map { card.queryCount($0.count) }) : batch.layout
    patterns = PatternLayout(heads: card.heads, queries: queries, keys: batch.layout)
  }

  /// The rows of a site's value that belong to a sequence.
  package func rows(of site: Site, _ sequence: Int) -> Range<Int> {
    switch site {
    case .pixels: return batch.patchLayout.rows(sequence)
    case .pooled, .logits: return sequence..<sequence + 1
    case .embedding, .block, .final:
      return (site.isBehindAttention ? queries : batch.layout).rows(sequence)
    }
  }

  /// One sequence's part of a tensor that lies like the value of `site`.
  package func slice(_ tensor: Tensor, _ site: Site, sequence: Int) -> Tensor {
    switch site {
    case .block(_, .pattern):
      return tensor.window(at: patterns.starts[sequence], shape: patterns.shape(sequence))
    case .pooled, .logits:
      return tensor.slices(sequence..<sequence + 1).reshaped([tensor.shape[1]])
    case .pixels:
      guard let image = batch.inputs[sequence].image else { return tensor }
      return tensor.slices(batch.patchLayout.rows(sequence))
        .joining(image.grid.cut, image.present, channels: image.grid.channels)
    case .embedding, .block, .final:
      return tensor.slices(rows(of: site, sequence))
    }
  }
}
