import Kernels
import Tensors

/// A table of rows of which a step uses few: the others take their steps later, in one go.
///
/// A row without a gradient still moves, by its momentum and its decay. Those steps need nothing
/// but the row, so they wait until it is looked up; what comes out is, to the bit, what a step on
/// the whole table each time would have given. `bringUpToDate` comes before every look at the values.
package final class DeferredRows {
  package let start: Int
  package let rows: Int
  package let width: Int
  package let decays: Bool
  /// The factors of every step so far.
  private var constants: [AdamConstants] = []
  /// How many of them each row has taken.
  private var taken: [Int]

  /// A table of `rows` rows of `width` numbers whose first stands at `start`.
  package init(start: Int, rows: Int, width: Int, decays: Bool) {
    self.start = start
    self.rows = rows
    self.width = width
    self.decays = decays
    taken = Array(repeating: 0, count: rows)
  }

  /// Takes the steps that some rows owe, or that all do.
  package func bringUpToDate(
    _ wanted: [Int]? = nil, _ values: MutableNumbers, _ moments: [MutableNumbers],
    _ execution: Execution
  ) {
    let owing = (wanted ?? Array(0..<rows)).filter { taken[$0] < constants.count }
    guard !owing.isEmpty else { return }
    values.catchUp(
      rows: owing, taken: owing.map { taken[$0] }, start: start, width: width, first: moments[0],
      second: moments[1], largest: moments.count > 2 ? moments[2] : nil, constants, execution)
    for row in owing { taken[row] = constants.count }
    if wanted == nil {
      constants = []
      taken = Array(repeating: 0, count: rows)
    }
  }

  /// One step: the given rows take it with their gradients, the others owe it.
  /// - Precondition: the rows are up to date, each listed once.
  func step(
    _ rows: [Int], gradients: Tensor, _ values: MutableNumbers, _ moments: [MutableNumbers],
    _ step: AdamConstants, _ execution: Execution
  ) {
    precondition(rows.allSatisfy { taken[$0] == constants.count }, "a row that owes steps")
    values.step(
      rows: rows, start: start, gradients: gradients, first: moments[0], second: moments[1],
      largest: moments.count > 2 ? moments[2] : nil, step, execution)
    // The gradients of rows that wait are zero whatever the clipping.
    constants.append(step)
    for row in rows { taken[row] = constants.count }
  }
}
