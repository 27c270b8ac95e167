import Kernels
import TestSupport
import Testing

/// The instruction sets this machine can run, so that every test covers each of them.
let supported = InstructionSet.allCases.filter(\.isSupported)

@Suite("Matrix product")
struct MultiplyTests {
  @Test("equals the Double sum for random shapes, all four transpose cases", arguments: supported)
  func shapes(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 1)
    for trial in 0..<60 {
      let problem = Problem(
        rows: numbers.integer(in: 1...50), depth: numbers.integer(in: 0...70),
        columns: numbers.integer(in: 1...70), transposedA: trial & 1 == 1,
        transposedB: trial & 2 == 2, numbers: &numbers)
      expectCloseToLargest(
        problem.packed(on: instructionSet), problem.reference(), tolerance: 2e-6, "\(problem)")
      expectBitEqual(
        problem.plain(on: instructionSet), problem.packed(on: instructionSet), "\(problem)")
    }
  }

  @Test("sums deep products block by block with float accuracy", arguments: supported)
  func deep(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 2)
    for (rows, depth, columns) in [
      (7, 384, 33), (13, 385, 65), (150, 1000, 40), (1, 3072, 5), (1, 1000, 300), (16, 800, 1100),
    ] {
      let problem = Problem(
        rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: true,
        numbers: &numbers)
      expectCloseToLargest(
        problem.packed(on: instructionSet), problem.reference(), tolerance: 3e-6, "\(problem)")
    }
  }

  @Test("gives the same bits for any number of threads", arguments: supported)
  func threads(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 3)
    for (rows, depth, columns) in [
      (301, 500, 333), (16, 1000, 2000), (128, 768, 768), (1, 1500, 1200),
    ] {
      let problem = Problem(
        rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: false,
        numbers: &numbers)
      let serial = problem.packed(on: instructionSet)
      for threads in [2, 3, 8] {
        let parallel = Parallel(threads: threads)
        expectBitEqual(problem.packed(on: instructionSet, parallel: parallel), serial)
        expectBitEqual(problem.plain(on: instructionSet, parallel: parallel), serial)
      }
    }
  }

  @Test("gives a row the same bits alone as in a tall matrix", arguments: supported)
  func rowsAlone(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 4)
    let problem = Problem(
      rows: 41, depth: 400, columns: 165, transposedA: false, transposedB: false, numbers: &numbers)
    let all = problem.packed(on: instructionSet)
    for row in 0..<41 {
      var single = problem
      single.rows = 1
      single.a = Array(problem.a[row * 400..<(row + 1) * 400])
      expectBitEqual(single.packed(on: instructionSet), Array(all[row * 165..<(row + 1) * 165]))
    }
  }
}

/// One product with its operands and its Double reference.
struct Problem: CustomStringConvertible {
  var rows: Int
  let depth: Int
  let columns: Int
  let transposedA: Bool
  let transposedB: Bool
  var a: [Float]
  let b: [Float]

  init(
    rows: Int, depth: Int, columns: Int, transposedA: Bool, transposedB: Bool,
    numbers: inout TestNumbers
  ) {
    self.rows = rows
    self.depth = depth
    self.columns = columns
    self.transposedA = transposedA
    self.transposedB = transposedB
    a = numbers.floats(rows * depth)
    b = numbers.floats(depth * columns)
  }

  init(
    rows: Int, depth: Int, columns: Int, transposedA: Bool, transposedB: Bool, a: [Float],
    b: [Float]
  ) {
    self.rows = rows
    self.depth = depth
    self.columns = columns
    self.transposedA = transposedA
    self.transposedB = transposedB
    self.a = a
    self.b = b
  }

  var description: String {
    "[\(rows), \(depth)]\(transposedA ? "ᵀ" : "") · [\(depth), \(columns)]\(transposedB ? "ᵀ" : "")"
  }

  /// The operands as matrices, valid in `body`.
  func withMatrices<Result>(_ body: (Matrix, Matrix) -> Result) -> Result {
    withPointers(a, b) { a, b in
      body(
        transposedA
          ? Matrix(a, rows: depth, columns: rows).transposed
          : Matrix(a, rows: rows, columns: depth),
        transposedB
          ? Matrix(b, rows: columns, columns: depth).transposed
          : Matrix(b, rows: depth, columns: columns))
    }
  }

  func packed(
    on instructionSet: InstructionSet, parallel: Parallel = .serial, epilogue: Epilogue = Epilogue()
  ) -> [Float] {
    withMatrices { a, b in
      floats(rows * columns) {
        multiply(
          a, .pack(b, on: instructionSet), into: $0, rowStride: columns, epilogue: epilogue,
          parallel: parallel)
      }
    }
  }

  func plain(on instructionSet: InstructionSet, parallel: Parallel = .serial) -> [Float] {
    withMatrices { a, b in
      floats(rows * columns) {
        multiply(a, b, into: $0, rowStride: columns, parallel: parallel, on: instructionSet)
      }
    }
  }

  /// The plain sum in Double.
  func reference() -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for k in 0..<depth {
          let left = transposedA ? a[k * rows + row] : a[row * depth + k]
          let right = transposedB ? b[column * depth + k] : b[k * columns + column]
          sum += Double(left) * Double(right)
        }
        result[row * columns + column] = sum
      }
    }
    return result
  }
}
