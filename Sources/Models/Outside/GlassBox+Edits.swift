import Autodiff
import Tensors

extension GlassBox {
  /// What the edits of a run make of a layer's pattern, or of a cotangent of the edited one.
  ///
  /// - Parameters:
  ///   - pattern: the pattern before the edits, `[inputs, heads, n, n]`, padded to one length; what lies
  ///     in the padding comes back as it is.
  ///   - cotangent: like the pattern; nil asks for the edited pattern itself.
  ///   - sequences: which inputs of the run's batch these are.
  /// - Throws: `option` for a run that is over and inputs or a layer that it does not have, `shape` for
  ///   a pattern that does not fit.
  package func edited(
    _ pattern: Tensor, cotangent: Tensor?, layer: Int, sequences: [Int], of run: Int,
    _ execution: Execution
  ) throws(AssayError) -> Tensor {
    guard let live = live(run) else {
      throw AssayError(.option, "run", expected: "a run under way", found: "\(run)")
    }
    let inputs = live.layout.batch.inputs
    guard (0..<card.layers).contains(layer), sequences.allSatisfy(inputs.indices.contains) else {
      throw AssayError(
        .option, "layer or sequences",
        expected: "a layer below \(card.layers), inputs below \(inputs.count)",
        found: "layer \(layer), inputs \(sequences.prefix(8))")
    }
    let lengths = sequences.map { inputs[$0].count }
    let width = pattern.shape.last ?? 0
    guard pattern.shape == [sequences.count, card.heads, width, width],
      cotangent.map({ $0.shape == pattern.shape }) ?? true, width >= lengths.max() ?? 0
    else {
      throw AssayError(
        .shape, "pattern",
        expected: "[\(sequences.count), \(card.heads), n, n] with n at least \(lengths.max() ?? 0)",
        found: "\(pattern.shape)")
    }
    let tokens = Ragged(lengths: lengths)
    let layout = PatternLayout(heads: card.heads, queries: tokens, keys: tokens)
    var flat = pattern.withoutPadding(layout, width: width)
    var back = cotangent?.withoutPadding(layout, width: width)
    // Inputs whose masks are alike are edited in one step.
    let masks = sequences.map { card.masks[layer].over(sources: inputs[$0].sources) }
    for mask in Set(masks) {
      let edits = sequences.enumerated().flatMap { place, sequence in
        masks[place] == mask
          ? live.edits(of: layer, mask, sequence: sequence, at: place, layout) : []
      }
      let operation = EditPattern(layout, mask: mask, edits: edits)
      if let cotangent = back {
        let record = TapeEntry(inputs: [flat], output: flat)
        back = operation.pullback(record, cotangent, wanted: [true], execution)[0]
      } else {
        flat = operation.forward([flat], saving: false, execution).output
      }
    }
    return (cotangent ?? pattern).replacing(back ?? flat, layout, width: width)
  }
}

/// What edits need to know of a run under way.
struct LiveRun: Sendable {
  let layout: SiteLayout
  let interventions: [[Intervention]]

  /// The edits of one input of the batch, which stands at `place` in `layout`.
  fileprivate func edits(
    of layer: Int, _ mask: AttentionMask, sequence: Int, at place: Int, _ layout: PatternLayout
  ) -> [PatternEdit] {
    guard sequence < interventions.count else { return [] }
    return interventions[sequence].filter { $0.editsPattern(of: layer) }.flatMap {
      $0.lowered(sequence: place, layer: layer, layout, mask: mask)
    }
  }
}

extension Tensor {
  /// `[inputs, heads, width, width]` without what pads shorter inputs, as `layout` lies.
  fileprivate func withoutPadding(_ layout: PatternLayout, width: Int) -> Tensor {
    if layout.total == count { return reshaped([count]) }
    return .filling([layout.total]) { out in
      withSpan { padded in
        layout.forEachRow(width: width) { row, start, length in
          for key in 0..<length { out[start + key] = padded[row + key] }
        }
      }
    }
  }

  /// The padded tensor with other numbers outside the padding.
  fileprivate func replacing(_ flat: Tensor, _ layout: PatternLayout, width: Int) -> Tensor {
    if layout.total == count { return flat.reshaped(shape) }
    return edited { padded in
      flat.withSpan { values in
        layout.forEachRow(width: width) { row, start, length in
          for key in 0..<length { padded[row + key] = values[start + key] }
        }
      }
    }
  }
}

extension PatternLayout {
  /// Calls `body` with where each row starts in the padded and in the flat pattern, and its length.
  fileprivate func forEachRow(width: Int, _ body: (_ row: Int, _ start: Int, _ length: Int) -> Void)
  {
    for sequence in 0..<queries.count {
      let length = queries.length(sequence)
      for head in 0..<heads {
        for query in 0..<length {
          body(
            ((sequence * heads + head) * width + query) * width,
            start(sequence, head: head) + query * length, length)
        }
      }
    }
  }
}
