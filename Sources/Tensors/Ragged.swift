/// How a batch of sequences of different lengths lies in one tall matrix: no padding anywhere.
package struct Ragged: Sendable, Equatable {
  /// `offsets[i] ..< offsets[i + 1]` are the rows of sequence i; the first offset is 0.
  package let offsets: [Int]

  package init(offsets: [Int]) {
    precondition(offsets.first == 0, "a ragged layout starts at row 0")
    self.offsets = offsets
  }

  package init(lengths: [Int]) {
    var offsets = [0]
    offsets.reserveCapacity(lengths.count + 1)
    for length in lengths { offsets.append(offsets[offsets.count - 1] + length) }
    self.init(offsets: offsets)
  }

  /// The number of sequences.
  package var count: Int { offsets.count - 1 }
  /// The number of rows of all sequences.
  package var total: Int { offsets[offsets.count - 1] }
  package var lengths: [Int] { (0..<count).map(length) }
  package func length(_ index: Int) -> Int { offsets[index + 1] - offsets[index] }
  package func rows(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}

/// Where the attention pattern of every sequence lies in one flat tensor: sequence by sequence,
/// each `[heads, queries, keys]`.
package struct PatternLayout: Sendable, Equatable {
  package let heads: Int
  /// The rows that ask; fewer than `keys` when only the read-out is computed.
  package let queries: Ragged
  package let keys: Ragged
  /// Where each sequence's pattern starts; one more entry than sequences.
  package let starts: [Int]

  package init(heads: Int, queries: Ragged, keys: Ragged) {
    precondition(queries.count == keys.count, "queries and keys of different batches")
    self.heads = heads
    self.queries = queries
    self.keys = keys
    var starts = [0]
    for index in 0..<queries.count {
      starts.append(starts[index] + heads * queries.length(index) * keys.length(index))
    }
    self.starts = starts
  }

  package var total: Int { starts[starts.count - 1] }

  package func shape(_ sequence: Int) -> [Int] {
    [heads, queries.length(sequence), keys.length(sequence)]
  }

  /// Where the `[queries, keys]` block of one head starts.
  package func start(_ sequence: Int, head: Int) -> Int {
    starts[sequence] + head * queries.length(sequence) * keys.length(sequence)
  }
}
