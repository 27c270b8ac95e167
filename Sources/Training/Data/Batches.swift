import Tensors

/// The batches of one pass over a data set: a random order cut by tokens, without padding.
///
/// A batch ends before it would exceed the token budget; an example longer than the budget is a
/// batch of its own. The order depends on seed and pass alone.
package struct Batches: Sendable {
  /// The examples of each batch, by index.
  package let indices: [[Int]]

  /// - Precondition: `budget > 0`.
  package init(lengths: [Int], budget: Int, pass: Int, source: RandomSource) {
    precondition(budget > 0, "a batch needs room for tokens")
    var draw = source.draw(pass)
    var (batches, current, tokens): ([[Int]], [Int], Int) = ([], [], 0)
    for index in draw.permutation(lengths.count) {
      if !current.isEmpty, tokens + lengths[index] > budget {
        batches.append(current)
        (current, tokens) = ([], 0)
      }
      current.append(index)
      tokens += lengths[index]
    }
    if !current.isEmpty { batches.append(current) }
    indices = batches
  }

  /// Batches of `size` texts of similar length: sorted by length with ±10 % noise, then cut, then
  /// shuffled (the batches of Jain & Wallace 2019).
  /// - Precondition: `size > 0`.
  package init(lengths: [Int], size: Int, pass: Int, source: RandomSource) {
    precondition(size > 0, "a batch needs room for a text")
    var draw = source.draw(pass)
    let noisy = lengths.map { Double($0) * (1 + 0.1 * (2 * draw.uniform() - 1)) }
    let sorted = lengths.indices.sorted { (noisy[$0], $0) < (noisy[$1], $1) }
    let batches = stride(from: 0, to: sorted.count, by: size).map {
      Array(sorted[$0..<min($0 + size, sorted.count)])
    }
    indices = draw.permutation(batches.count).map { batches[$0] }
  }
}
