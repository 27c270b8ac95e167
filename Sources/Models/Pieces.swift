import Synchronization
import Tensors

/// Where a long list of inputs is cut, and how the pieces are run.
///
/// Each piece belongs to one thread: products of one piece need not wait for another thread, which on
/// small models takes longer than the products. Results do not depend on where the cuts fall.
extension Model {
  /// Runs of consecutive inputs: as many as fill the processor's caches, in equal parts that occupy
  /// every thread, each within its share of the memory budget.
  ///
  /// - Parameters:
  ///   - keeping: sites whose values are kept or differentiated.
  ///   - gradients: whether the values that pullbacks read are kept as well: queries, keys, values, two
  ///     sums and the inner layer of every block.
  package func chunks(
    of inputs: [Input], keeping: [Site] = [], gradients: Bool = false, _ execution: Execution
  ) -> [Range<Int>] {
    let keepsPatterns = keeping.contains { site in
      if case .block(_, .pattern) = site { true } else { false }
    }
    let perToken = 4 * card.width * (gradients ? 10 * card.layers + 16 : 16 + keeping.count)
    let perPair = 4 * card.heads * (keepsPatterns ? 3 * card.layers : 3)
    let needs = inputs.map { $0.count * perToken + $0.count * $0.count * perPair }
    let tokens = inputs.reduce(0) { $0 + $1.count }
    let threads = runsConcurrently ? execution.parallel.threads : 1
    let budget = network.memoryBudget ?? execution.memoryBudget
    // No piece larger than the caches unless its products would be too small, and rather a few more
    // pieces than a thread without one.
    // Elsewhere, where to cut is not a matter of this processor's caches.
    let isElsewhere = network.memoryBudget != nil
    let byCaches = min(needs.reduce(0, +) / Pieces.bytes, tokens / Pieces.tokens(gradients))
    let fewest = isElsewhere ? 1 : max(1, byCaches)
    let most = isElsewhere ? 1 : max(fewest, tokens / Pieces.fewestTokens)
    let count = min(most, (fewest + threads - 1) / threads * threads)
    let size = (needs.reduce(0, +) + count - 1) / count
    var result: [Range<Int>] = []
    var (start, bytes, before) = (0, 0, 0)
    for (index, need) in needs.enumerated() {
      let isFull = before + need / 2 > (result.count + 1) * size
      if index > start, isFull || bytes + need > budget / threads {
        result.append(start..<index)
        (start, bytes) = (index, 0)
      }
      bytes += need
      before += need
    }
    if start < inputs.count { result.append(start..<inputs.count) }
    return result
  }

  /// What `body` makes of every piece, in order; the pieces are run at the same time where there are
  /// several, each with the execution that `body` receives. Progress is said under `message`.
  /// - Throws: what `body` throws for the first piece that fails, `cancelled`.
  package func inPieces<Result: Sendable>(
    _ pieces: [Range<Int>], _ execution: Execution, _ message: String? = nil,
    _ body: (Range<Int>, Execution) throws(AssayError) -> Result
  ) throws(AssayError) -> [Result] {
    guard pieces.count > 1, runsConcurrently, execution.parallel.threads > 1 else {
      var results: [Result] = []
      for piece in pieces {
        results.append(try body(piece, execution))
        try execution.report(results.count, of: pieces.count, message)
      }
      return results
    }
    let shared = Mutex(Outcome<Result>(count: pieces.count))
    let single = execution.onOneThread
    execution.parallel.forEach(pieces.count, nanosecondsEach: 1e9) { index in
      guard shared.withLock({ $0.failure == nil }) else { return }
      do throws(AssayError) {
        let result = try body(pieces[index], single)
        let finished = shared.withLock { outcome in
          outcome.results[index] = result
          outcome.finished += 1
          return outcome.finished
        }
        try execution.report(finished, of: pieces.count, message)
      } catch {
        shared.withLock { $0.fail(index, error) }
      }
    }
    if let failure = shared.withLock({ $0.failure }) { throw failure.error }
    try execution.checkCancellation()
    return shared.withLock { $0.results.compactMap { $0 } }
  }

  /// What is computed outside is asked for by the calling thread, one question after the other.
  private var runsConcurrently: Bool { card.capabilities.contains(.tape) }
}

extension Execution {
  /// Says how many pieces are done where there is something to say, and gives the caller a chance to
  /// stop.
  fileprivate func report(
    _ finished: Int, of count: Int, _ message: String?
  ) throws(AssayError) {
    guard let message else { return try checkCancellation() }
    try report(Double(finished) / Double(count), message)
  }
}

/// What the threads have made of the pieces so far.
private struct Outcome<Result: Sendable>: Sendable {
  var results: [Result?]
  var finished = 0
  var failure: (piece: Int, error: AssayError)?

  init(count: Int) { results = Array(repeating: nil, count: count) }

  mutating func fail(_ piece: Int, _ error: AssayError) {
    if failure.map({ piece < $0.piece }) ?? true { failure = (piece, error) }
  }
}

/// Intermediate values that leave the caches cost memory traffic: 1,500 short inputs ran a tenth
/// faster in pieces of 16 MiB than in one of 300. Half of that again halves what removals and
/// gradients add to a loaded model; BERT-tiny gains 4 % by it and MiniLM, whose weights are read once
/// more often, loses 2 to 3. Products of fewer rows than `tokens` are slower.
private enum Pieces {
  static let bytes = 8 << 20
  /// Fewer where much is kept for each of them.
  static func tokens(_ gradients: Bool) -> Int { gradients ? 128 : 256 }
  /// A thread that is given fewer reads weights longer than it computes.
  static let fewestTokens = 128
}
