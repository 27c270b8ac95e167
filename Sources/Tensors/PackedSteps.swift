/// Sequences of different lengths laid out time step by time step, for recurrences over a batch.
///
/// The sequences stand in order of falling length (equal ones keep their order), so the ones that
/// take part in a step are always the first ranks, and a step's rows lie together.
package struct PackedSteps: Sendable, Equatable {
  /// Where each step's rows start; one more entry than steps.
  package let starts: [Int]
  private let order: [Int]
  private let layout: Ragged

  package init(_ layout: Ragged) {
    self.layout = layout
    let lengths = layout.lengths
    order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    var starts = [0]
    var active = lengths.count
    for step in 0..<(lengths.max() ?? 0) {
      while active > 0, lengths[order[active - 1]] <= step { active -= 1 }
      starts.append(starts[step] + active)
    }
    self.starts = starts
  }

  /// The number of time steps: the longest length.
  package var count: Int { starts.count - 1 }
  /// The number of rows: tokens in all.
  package var total: Int { layout.total }
  /// The number of sequences.
  package var ranks: Int { order.count }
  /// How many sequences take part in a step.
  package func active(_ step: Int) -> Int { starts[step + 1] - starts[step] }

  /// The token of every packed row when sequences are read from their start, or from their end.
  package func tokens(backwards: Bool) -> [Int] {
    (0..<count).flatMap { step in
      order.prefix(active(step)).map { sequence in
        backwards ? layout.offsets[sequence + 1] - 1 - step : layout.offsets[sequence] + step
      }
    }
  }
}
