import TestSupport
import Tensors
import Testing

@testable import Autodiff

@Suite("Deferred rows")
struct DeferredRowsTests {
  private let execution = Execution(threads: 2)

  private func values(_ numbers: MutableNumbers) -> [Float] {
    numbers.copy(at: 0, shape: [numbers.count]).scalars
  }

  /// Oracle: a metamorphic relation; a dense step with zeros for the rows that have no gradient.
  @Test("Rows that take their steps late end in the bits of steps taken at once")
  func dense() {
    var options = Adam.Options()
    (options.amsgrad, options.decay, options.couplesDecay) = (true, 1e-2, true)
    var random = TestNumbers(seed: 6)
    let (rows, width, steps) = (7, 19, 12)
    let start = Tensor(random.floats(rows * width), shape: [rows * width])
    let whole = MutableNumbers(copying: [start])
    let lazy = MutableNumbers(copying: [start])
    let (one, other) = (Adam(options, count: start.count), Adam(options, count: start.count))
    let table = DeferredRows(start: 0, rows: rows, width: width, decays: true)
    for step in 0..<steps {
      let used = (0..<rows).filter { ($0 + step) % 4 == 0 }
      let slopes = Tensor(random.floats(used.count * width), shape: [used.count, width])
      one.step(
        whole, [.init(0..<start.count, decays: true)],
        gradients: [slopes.summedRows(used, count: rows, execution)], rate: 0.1, execution)
      table.bringUpToDate(used, lazy, other.moments, execution)
      other.step(
        lazy, [], gradients: [], tables: [(table, used, slopes)], rate: 0.1, execution)
    }
    table.bringUpToDate(nil, lazy, other.moments, execution)
    expectBitEqual(values(lazy), values(whole))
  }
}
