import Kernels

/// What an LSTM direction's pullback needs, every array in packed rows.
package struct RecurrentTrace: Sendable {
  /// After their activations, `[rows, 4 · units]`: i, f, g, o.
  package let gates: Tensor
  /// `[rows, units]`.
  package let cells: Tensor
  /// `[rows, units]`.
  package let hidden: Tensor

  package init(gates: Tensor, cells: Tensor, hidden: Tensor) {
    self.gates = gates
    self.cells = cells
    self.hidden = hidden
  }
}

/// One direction over some of the sequences: the unit of work that a thread takes.
private struct RecurrentPart {
  let direction: Int
  let ranks: Range<Int>

  /// So many sequences keep a step's gates in the cache of one core.
  static let ranksAtOnce = 32

  init(_ index: Int, directions: Int, _ steps: PackedSteps) {
    direction = index % directions
    let start = index / directions * RecurrentPart.ranksAtOnce
    ranks = start..<min(start + RecurrentPart.ranksAtOnce, steps.ranks)
  }

  static func count(directions: Int, _ steps: PackedSteps) -> Int {
    directions * ((steps.ranks + ranksAtOnce - 1) / ranksAtOnce)
  }

  static func forEach(
    directions: Int, _ steps: PackedSteps, units: Int, _ execution: Execution,
    _ body: (RecurrentPart) -> Void
  ) {
    let count = count(directions: directions, steps)
    guard count > 0 else { return }
    let work = Double(steps.total * directions * units * units * 8) / Double(count) / 40
    execution.parallel.forEach(count, nanosecondsEach: work) {
      body(RecurrentPart($0, directions: directions, steps))
    }
  }

  /// The part's packed rows of a step; empty when all its sequences have ended.
  func rows(_ step: Int, _ steps: PackedSteps) -> Range<Int> {
    let end = min(ranks.upperBound, steps.active(step))
    let start = steps.starts[step]
    return start + min(ranks.lowerBound, end)..<start + end
  }
}

extension Tensor {
  /// The hidden states of LSTM directions over a ragged batch, side by side:
  /// `[tokens, directions · units]`. The second direction reads every sequence from its end.
  ///
  /// - Parameters:
  ///   - projections: W_ih x + b of every row that tokens use, `[rows, 4 · units]` a direction.
  ///   - rows: the row of every token.
  ///   - recurrent: panels of W_hhᵀ, `[units, 4 · units]` a direction.
  package static func longShortTermMemory(
    _ projections: [Tensor], rows: [Int], recurrent: [PackedMatrix], _ steps: PackedSteps,
    _ execution: Execution
  ) -> (output: Tensor, traces: [RecurrentTrace]) {
    let (directions, units) = (projections.count, recurrent[0].rows)
    let traces = projections.map { _ in
      RecurrentTrace(
        gates: .uninitialized([steps.total, 4 * units]),
        cells: .uninitialized([steps.total, units]),
        hidden: .uninitialized([steps.total, units]))
    }
    let output = Tensor.uninitialized([steps.total, directions * units])
    nonisolated(unsafe) let out = output.unsafeMutablePointer
    let tokens = (0..<directions).map { steps.tokens(backwards: $0 == 1) }
    withExtendedLifetime((projections, traces, output)) {
      RecurrentPart.forEach(directions: directions, steps, units: units, execution) { part in
        let (trace, tokens) = (traces[part.direction], tokens[part.direction])
        let projected = projections[part.direction].unsafePointer
        let gates = trace.gates.unsafeMutablePointer
        let (cells, hidden) = (
          trace.cells.unsafeMutablePointer, trace.hidden.unsafeMutablePointer
        )
        for step in 0..<steps.count {
          let now = part.rows(step, steps)
          if now.isEmpty || !execution.goesOn(step) { break }
          let before = step > 0 ? part.rows(step - 1, steps).lowerBound : nil
          let (first, count) = (now.lowerBound, now.count)
          for row in now {
            (gates + row * 4 * units).update(
              from: projected + rows[tokens[row]] * 4 * units, count: 4 * units)
          }
          if let before {
            multiply(
              Matrix(hidden + before * units, rows: count, columns: units),
              recurrent[part.direction], into: gates + first * 4 * units, rowStride: 4 * units,
              epilogue: Epilogue(accumulate: true))
          }
          lstmForward(
            gates + first * 4 * units, previous: before.map { UnsafePointer(cells) + $0 * units },
            cells: cells + first * units, hidden: hidden + first * units, rows: count,
            units: units)
          for row in now {
            (out + (tokens[row] * directions + part.direction) * units).update(
              from: hidden + row * units, count: units)
          }
        }
      }
    }
    return (output, traces)
  }

  /// The cotangents of every direction's gates before their activations, `[packed rows, 4 · units]`;
  /// self is the cotangent of the output.
  ///
  /// - Parameter recurrent: panels of W_hh, `[4 · units, units]` a direction.
  package func longShortTermMemoryPullback(
    _ traces: [RecurrentTrace], recurrent: [PackedMatrix], _ steps: PackedSteps,
    _ execution: Execution
  ) -> [Tensor] {
    let (directions, units) = (traces.count, recurrent[0].columns)
    let results = traces.map { _ in Tensor.uninitialized([steps.total, 4 * units]) }
    nonisolated(unsafe) let cotangent = unsafePointer
    let tokens = (0..<directions).map { steps.tokens(backwards: $0 == 1) }
    withExtendedLifetime((self, traces, results)) {
      RecurrentPart.forEach(directions: directions, steps, units: units, execution) { part in
        let (trace, tokens) = (traces[part.direction], tokens[part.direction])
        let (gates, cells) = (trace.gates.unsafePointer, trace.cells.unsafePointer)
        let out = results[part.direction].unsafeMutablePointer
        let size = part.ranks.count * units
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * size) { buffer in
          guard let dh = buffer.baseAddress else { return }
          let dc = dh + size
          buffer.initialize(repeating: 0)
          for step in (0..<steps.count).reversed() {
            let now = part.rows(step, steps)
            if now.isEmpty { continue }
            if !execution.goesOn(step) { break }
            let (first, count) = (now.lowerBound, now.count)
            for row in now {
              addScaled(
                cotangent + (tokens[row] * directions + part.direction) * units, by: 1,
                into: dh + (row - first) * units, count: units)
            }
            let before = step > 0 ? part.rows(step - 1, steps).lowerBound : nil
            lstmBackward(
              gates + first * 4 * units, previous: before.map { cells + $0 * units },
              cells: cells + first * units, hiddenCotangent: dh, cellCotangent: dc,
              into: out + first * 4 * units, rows: count, units: units)
            guard step > 0 else { break }
            multiply(
              Matrix(out + first * 4 * units, rows: count, columns: 4 * units),
              recurrent[part.direction], into: dh, rowStride: units)
          }
        }
      }
    }
    return results
  }

  /// The packed rows that the rows of every step but the first follow on; self is packed.
  package func previousRows(_ steps: PackedSteps) -> Tensor {
    guard steps.count > 1 else { return .zeros([0, columnCount]) }
    return .concatenated(
      (1..<steps.count).map { step in
        slices(steps.starts[step - 1]..<steps.starts[step - 1] + steps.active(step))
      })
  }

  /// The sum of self's rows by number: row i is added to row `indices[i]` of `count` rows of zeros.
  ///
  /// Columns are cut over the threads; rows are added in ascending order.
  package func summedRows(_ indices: [Int], count: Int, _ execution: Execution) -> Tensor {
    let columns = columnCount
    precondition(indices.allSatisfy { $0 >= 0 && $0 < count }, "a summed row does not exist")
    return Tensor(shape: [count, columns]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, source) = (out, unsafePointer)
      let block = 128
      withExtendedLifetime(self) {
        execution.parallel.forEach(
          (columns + block - 1) / block, nanosecondsEach: Double(indices.count * 40)
        ) { part in
          let start = part * block
          let width = min(block, columns - start)
          for row in 0..<count {
            (base + row * columns + start).initialize(repeating: 0, count: width)
          }
          for (row, index) in indices.enumerated() {
            addScaled(
              source + row * columns + start, by: 1, into: base + index * columns + start,
              count: width)
          }
        }
      }
    }
  }
}
