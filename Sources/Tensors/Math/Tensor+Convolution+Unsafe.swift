import Kernels

/// The taps of convolutions of several widths: which projected columns belong to which offset.
///
/// A projection holds `filters` columns a tap, widths in order and within a width its offsets
/// ascending.
package struct ConvolutionTaps: Sendable {
  package let filters: Int
  package let inputs: Int
  package let widths: [Int]

  package init(filters: Int, inputs: Int, widths: [Int]) {
    self.filters = filters
    self.inputs = inputs
    self.widths = widths
  }

  /// The number of taps of all widths.
  package var count: Int { widths.reduce(0, +) }

  /// The tap of each width and offset: `(index of the width, offset of the neighbour, tap)`.
  fileprivate var all: [(width: Int, offset: Int, tap: Int)] {
    var tap = 0
    return widths.enumerated().flatMap { index, width in
      (0..<width).map { place in
        defer { tap += 1 }
        return (index, place - (width - 1) / 2, tap)
      }
    }
  }

  /// Weights `[filters, inputs, width]` as one matrix `[taps · filters, inputs]`.
  package func stacked(_ weights: [Tensor]) -> Tensor {
    Tensor.filling([count * filters, inputs]) { out in
      forEachWeight { width, place, source, target in
        weights[width].withSpan { weight in
          for input in 0..<inputs {
            out[target + input] = weight[source + input * widths[width] + place]
          }
        }
      }
    }
  }

  /// The inverse of `stacked`.
  package func unstacked(_ matrix: Tensor) -> [Tensor] {
    widths.indices.map { wanted in
      Tensor.filling([filters, inputs, widths[wanted]]) { out in
        matrix.withSpan { values in
          forEachWeight { width, place, source, target in
            guard width == wanted else { return }
            for input in 0..<inputs {
              out[source + input * widths[width] + place] = values[target + input]
            }
          }
        }
      }
    }
  }

  /// Calls `body` with the width, the place in it, and where a filter's row starts in the weight
  /// and in the stacked matrix.
  private func forEachWeight(_ body: (Int, Int, Int, Int) -> Void) {
    var tap = 0
    for (index, width) in widths.enumerated() {
      for place in 0..<width {
        for filter in 0..<filters {
          body(index, place, filter * inputs * width, (tap * filters + filter) * inputs)
        }
        tap += 1
      }
    }
  }
}

extension Ragged {
  /// Calls `body` with every token and its sequence's rows, a range of sequences a thread.
  fileprivate func forEachToken(
    nanosecondsEach: Double, _ execution: Execution, _ body: (Int, Range<Int>) -> Void
  ) {
    let each = nanosecondsEach * Double(total) / Double(max(count, 1))
    execution.parallel.forEach(count, nanosecondsEach: each) { sequence in
      for token in rows(sequence) { body(token, rows(sequence)) }
    }
  }
}

extension Tensor {
  /// Every token's bias plus the projections of its neighbours, `[tokens, widths · filters]`; self is
  /// `[rows, taps · filters]`.
  package func neighbourSums(
    _ taps: ConvolutionTaps, _ layout: Ragged, rows: [Int], biases: Tensor, _ execution: Execution
  ) -> Tensor {
    let (width, columns) = (taps.widths.count * taps.filters, taps.count * taps.filters)
    let all = taps.all
    return Tensor(shape: [layout.total, width]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, source) = (out, unsafePointer)
      nonisolated(unsafe) let bias = biases.unsafePointer
      withExtendedLifetime((self, biases)) {
        layout.forEachToken(nanosecondsEach: Double(columns) / 4, execution) { token, sequence in
          let sum = base + token * width
          sum.initialize(from: bias, count: width)
          for (index, offset, tap) in all where sequence.contains(token + offset) {
            addScaled(
              source + rows[token + offset] * columns + tap * taps.filters, by: 1,
              into: sum + index * taps.filters, count: taps.filters)
          }
        }
      }
    }
  }

  /// The transpose of `neighbourSums` without the bias: `[count, taps · filters]`.
  package func neighbourSpread(
    _ taps: ConvolutionTaps, _ layout: Ragged, rows: [Int], count: Int, _ execution: Execution
  ) -> Tensor {
    let (width, columns) = (taps.widths.count * taps.filters, taps.count * taps.filters)
    return Tensor(shape: [count, columns]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, source) = (out, unsafePointer)
      base.initialize(repeating: 0, count: count * columns)
      let all = taps.all
      // Rows are shared between sequences, so the taps are what threads divide among themselves.
      withExtendedLifetime(self) {
        execution.parallel.forEach(
          all.count, nanosecondsEach: Double(layout.total * taps.filters) / 4
        ) { item in
          let (index, offset, tap) = all[item]
          for sequence in 0..<layout.count {
            let range = layout.rows(sequence)
            for token in range where range.contains(token + offset) {
              addScaled(
                source + token * width + index * taps.filters, by: 1,
                into: base + rows[token + offset] * columns + tap * taps.filters,
                count: taps.filters)
            }
          }
        }
      }
    }
  }
}
