import Models
import Tensors

/// One block's attention as a sum of vectors, one from each key to each query:
/// F_ij = Σ_h α_h,ij W_O^h v_h,j (Kobayashi et al. 2020, eq. 4).
///
/// With the stream joined, F_ii also holds x_i. With the norm, what remains of a vector is its
/// linear part: L_i(F) = γ ⊙ (F − mean(F)) · scale_i, with the scale of the whole sum at query i
/// (Kobayashi et al. 2021, eq. 7).
package struct Contributions: Sendable {
  /// Whether x_i is added to F_ii.
  package var joinsStream: Bool
  /// Whether vectors go through the linear part of the block's norm.
  package var normalizes: Bool
  /// What attention and stream make at each query, normalized where the block has a norm there.
  package let outputs: Tensor
  /// α by key: `[keys, queries · heads]`.
  private let weights: Tensor
  /// W_O^h v_h,j: `[keys, heads · width]`.
  private let transformed: Tensor
  private let stream: Tensor
  private let gain: Tensor?
  private let scales: Tensor?
  private let heads: Int
  private let execution: Execution

  /// The vectors from one key to every query, `[queries, width]`.
  package func vectors(from key: Int) -> Tensor {
    let (count, width) = (stream.shape[0], stream.shape[1])
    let raw = weights.slices(key..<key + 1).reshaped([count, heads])
      .product(with: transformed.slices(key..<key + 1).reshaped([heads, width]), execution)
    guard joinsStream || normalizes else { return raw }
    return raw.edited { vectors in
      stream.withSpan { x in
        if joinsStream {
          for column in 0..<width { vectors[key * width + column] += x[key * width + column] }
        }
      }
      guard normalizes, let gain, let scales else { return }
      gain.withSpan { gain in
        scales.withSpan { scales in
          for query in 0..<count {
            let row = query * width..<(query + 1) * width
            let mean = row.reduce(0.0) { $0 + Double(vectors[$1]) } / Double(width)
            let scale = Double(scales[query])
            for index in row {
              let centred = Double(vectors[index]) - mean
              vectors[index] = Float(Double(gain[index - row.lowerBound]) * centred * scale)
            }
          }
        }
      }
    }
  }
}

extension Contributions {
  /// ‖F_rj‖₂ of every key j, averaged over the queries r by their weights.
  package func lengths(
    readBy weights: [Double], _ execution: Execution
  ) throws(AssayError) -> [Double] {
    let width = stream.shape[1]
    var lengths = [Double](repeating: 0, count: weights.count)
    for key in lengths.indices {
      lengths[key] = vectors(from: key).withSpan { vectors in
        weights.indices.reduce(0.0) { sum, query in
          guard weights[query] > 0 else { return sum }
          let squares = (query * width..<(query + 1) * width).reduce(0.0) {
            $0 + Double(vectors[$1]) * Double(vectors[$1])
          }
          return sum + weights[query] * squares.squareRoot()
        }
      }
      try execution.report(Double(key + 1) / Double(lengths.count), "measuring vectors")
    }
    return lengths
  }
}

extension Question {
  /// The length of the vector that each position's value adds at the read-out of one layer.
  /// - Throws: `unsupported` when the block cannot be taken apart.
  package func attentionNorms(_ layer: Int) throws(AssayError) -> [Double] {
    try contributions(layer).lengths(readBy: readOutWeights, execution)
  }

  /// The contributions in one block, from that block run once.
  /// - Parameter stream: the residual stream entering the block, if it is known.
  /// - Throws: `unsupported` when the block cannot be taken apart.
  package func contributions(
    _ layer: Int, entering stream: Tensor? = nil
  ) throws(AssayError) -> Contributions {
    guard let mixing = model.network.mixing(layer) else {
      throw AssayError(
        .unsupported, "contributions of block \(layer)",
        expected: "a model whose attention is a sum of one vector a token and head",
        found: "the \(model.card.family) model")
    }
    var request = Request()
    let places: [Site.Place] = [.pattern, .value, .attentionOutput, .input]
    request.keep = Set(places.map { .block(layer, $0) })
    request.resume = stream.map { (layer, $0) }
    request.stop = layer + 1
    let run = try model.run([input], request, execution)
    let kept = places.compactMap { run.value(.block(layer, $0), sequence: 0) }
    let (heads, count) = (Double(model.card.heads), Double(input.count))
    try Memory.require(
      4 * heads * count * (count + Double(kept[1].shape[1]) + Double(model.card.width)),
      for: "contributions of \(input.count) tokens")
    return Contributions(
      pattern: kept[0], values: kept[1], branch: kept[2], stream: kept[3], mixing, execution)
  }
}

extension Contributions {
  /// - Parameters:
  ///   - pattern: `[heads, n, n]`.
  ///   - values: `[n, heads · head width]`.
  ///   - branch: the attention branch with its bias, `[n, width]`.
  ///   - stream: the residual stream that it joins, `[n, width]`.
  init(
    pattern: Tensor, values: Tensor, branch: Tensor, stream: Tensor, _ mixing: Mixing,
    _ execution: Execution
  ) {
    let (heads, count) = (pattern.shape[0], pattern.shape[1])
    let inner = values.shape[1]
    let each = inner / heads
    // Row (j, h) holds v_h,j in its own columns and zeros elsewhere, so that W_O applied to it is
    // W_O^h v_h,j.
    let spread = Tensor.filling([count * heads, inner]) { out in
      values.withSpan { v in
        for row in 0..<count * heads {
          let (key, head) = (row / heads, row % heads)
          for column in head * each..<(head + 1) * each {
            out[row * inner + column] = v[key * inner + column]
          }
        }
      }
    }
    transformed = mixing.projection.product(spread, execution)
      .reshaped([count, heads * stream.shape[1]])
    weights = Tensor.filling([count, count * heads]) { out in
      pattern.withSpan { p in
        for head in 0..<heads {
          for query in 0..<count {
            for key in 0..<count {
              out[(key * count + query) * heads + head] = p[(head * count + query) * count + key]
            }
          }
        }
      }
    }
    let sum = branch.adding(stream, execution)
    let normalized = mixing.norm?.normalized(sum, execution)
    outputs = normalized?.output ?? sum
    gain = mixing.norm?.gain.tensor
    scales = normalized?.kept?.scale
    self.stream = stream
    self.heads = heads
    self.execution = execution
    joinsStream = false
    normalizes = false
  }
}
