import Kernels
import Tensors

/// Numbers that one owner changes in place: parameters under training and an optimizer's state.
///
/// Every other number in the engine is immutable. A `view` shares this memory, so it shows the
/// values of its moment only until the next update; whatever must last is a `copy`.
package final class MutableNumbers {
  package let count: Int
  private let storage: Storage
  private var base: UnsafeMutablePointer<Float> {
    storage.base.assumingMemoryBound(to: Float.self)
  }

  /// `count` zeros.
  package init(zeros count: Int) {
    self.count = count
    storage = Storage(byteCount: count * MemoryLayout<Float>.size)
    storage.base.bindMemory(to: Float.self, capacity: max(count, 1))
      .initialize(repeating: 0, count: count)
  }

  /// The numbers of `parts`, one part behind the other.
  package convenience init(copying parts: [Tensor]) {
    self.init(zeros: parts.reduce(0) { $0 + $1.count })
    var start = 0
    for part in parts {
      write(part, at: start)
      start += part.count
    }
  }

  /// Overwrites the numbers from `start` on.
  /// - Precondition: `values` ends inside.
  package func write(_ values: Tensor, at start: Int) {
    precondition(start >= 0 && start + values.count <= count, "a write past the end")
    values.withUnsafeBuffer { source in
      if let from = source.baseAddress { (base + start).update(from: from, count: source.count) }
    }
  }

  /// The numbers from `start` as an array of `shape`, sharing memory until the next update.
  package func view(at start: Int, shape: [Int]) -> Tensor {
    Tensor(shape: shape, storage: storage, offset: start)
  }

  /// The numbers from `start` as an array of `shape` that no update changes.
  package func copy(at start: Int, shape: [Int]) -> Tensor {
    Tensor(shape: shape) { buffer in
      _ = buffer.initialize(from: UnsafeBufferPointer(start: base + start, count: buffer.count))
    }
  }

  /// All numbers, copied into an owner of their own.
  package func copy() -> MutableNumbers {
    MutableNumbers(copying: [view(at: 0, shape: [count])])
  }

  /// self ← self + share · (target − self), element by element.
  /// - Precondition: equally many numbers.
  package func move(toward target: MutableNumbers, share: Float, _ execution: Execution) {
    precondition(target.count == count, "an average of another model")
    nonisolated(unsafe) let (average, values) = (base, target.base)
    withExtendedLifetime((self, target)) {
      Self.forEachBlock(of: 0..<count, execution) { block in
        for index in block { average[index] += share * (values[index] - average[index]) }
      }
    }
  }

  /// Cuts a range into blocks that are worked on in parallel; elements do not depend on each other,
  /// so neither does the result on the cuts.
  private static func forEachBlock(
    of range: Range<Int>, _ execution: Execution, _ body: (Range<Int>) -> Void
  ) {
    let block = 1 << 14
    execution.parallel.forEach((range.count + block - 1) / block, nanosecondsEach: 20_000) {
      let start = range.lowerBound + $0 * block
      body(start..<min(start + block, range.upperBound))
    }
  }
}

extension MutableNumbers {
  /// One Adam step on `range`; the arrays of moments lie like self.
  ///
  /// - Parameter largest: the largest second moment so far, kept and used if given (AMSGrad).
  func step(
    _ range: Range<Int>, gradient: Tensor, first: MutableNumbers, second: MutableNumbers,
    largest: MutableNumbers?, _ step: AdamConstants, _ execution: Execution
  ) {
    precondition(gradient.count == range.count && range.upperBound <= count, "another gradient")
    nonisolated(unsafe) let (x, g) = (base, gradient.unsafePointer - range.lowerBound)
    nonisolated(unsafe) let (m, v, top) = (first.base, second.base, largest?.base)
    withExtendedLifetime((self, gradient, first, second, largest)) {
      Self.forEachBlock(of: range, execution) { block in
        let start = block.lowerBound
        withUnsafePointer(to: step) {
          adamSteps(
            x + start, g + start, first: m + start, second: v + start,
            largest: top.map { $0 + start }, count: block.count,
            UnsafeBufferPointer(start: $0, count: 1))
        }
      }
    }
  }

  /// Adam steps on rows of `width` numbers of the table that starts at `start`: row i takes the
  /// steps `taken[i]..<constants.count` without a gradient of its own.
  func catchUp(
    rows: [Int], taken: [Int], start: Int, width: Int, first: MutableNumbers,
    second: MutableNumbers, largest: MutableNumbers?, _ constants: [AdamConstants],
    _ execution: Execution
  ) {
    nonisolated(unsafe) let x = base
    nonisolated(unsafe) let (m, v, top) = (first.base, second.base, largest?.base)
    let missed = taken.reduce(0) { $0 + constants.count - $1 }
    let each = Double(missed * width) / Double(max(rows.count, 1))
    withExtendedLifetime((self, first, second, largest)) {
      constants.withUnsafeBufferPointer { constants in
        nonisolated(unsafe) let constants = constants
        execution.parallel.forEach(rows.count, nanosecondsEach: each) { index in
          let place = start + rows[index] * width
          adamSteps(
            x + place, nil, first: m + place, second: v + place, largest: top.map { $0 + place },
            count: width, UnsafeBufferPointer(rebasing: constants[taken[index]...]))
        }
      }
    }
  }

  /// One Adam step on rows of a table, each with its row of `gradients`.
  func step(
    rows: [Int], start: Int, gradients: Tensor, first: MutableNumbers, second: MutableNumbers,
    largest: MutableNumbers?, _ step: AdamConstants, _ execution: Execution
  ) {
    let width = gradients.shape[1]
    nonisolated(unsafe) let (x, g) = (base, gradients.unsafePointer)
    nonisolated(unsafe) let (m, v, top) = (first.base, second.base, largest?.base)
    withExtendedLifetime((self, gradients, first, second, largest)) {
      execution.parallel.forEach(rows.count, nanosecondsEach: Double(width)) { index in
        let place = start + rows[index] * width
        withUnsafePointer(to: step) {
          adamSteps(
            x + place, g + index * width, first: m + place, second: v + place,
            largest: top.map { $0 + place }, count: width,
            UnsafeBufferPointer(start: $0, count: 1))
        }
      }
    }
  }
}
