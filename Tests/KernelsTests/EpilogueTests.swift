import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Epilogue")
struct EpilogueTests {
  @Test("equals the formula in Double for every activation and operand", arguments: supported)
  func formula(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 5)
    for activation in Activation.allCases {
      for mask in 0..<8 {
        let depth = mask & 1 == 1 ? 400 : 20
        check(
          rows: numbers.integer(in: 1...15), depth: depth, columns: numbers.integer(in: 1...40),
          activation: activation, biased: mask & 2 == 2, accumulate: mask & 4 == 4,
          residual: numbers.integer(in: 0...1) == 1, numbers: &numbers, on: instructionSet)
      }
    }
  }

  /// One product with a gap of three floats behind every row, which must stay untouched.
  private func check(
    rows: Int, depth: Int, columns: Int, activation: Activation, biased: Bool, accumulate: Bool,
    residual: Bool, numbers: inout TestNumbers, on instructionSet: InstructionSet
  ) {
    let problem = Problem(
      rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: true,
      numbers: &numbers)
    let stride = columns + 3
    let bias = numbers.floats(columns)
    let before = numbers.floats(rows * stride)
    let added = numbers.floats(rows * stride)
    var preactivation: [Float] = []
    let out = changed(before) { out in
      preactivation = changed(before) { kept in
        withPointers(bias, added) { bias, added in
          problem.withMatrices { a, b in
            multiply(
              a, .pack(b, on: instructionSet), into: out, rowStride: stride,
              epilogue: Epilogue(
                bias: biased ? bias : nil, activation: activation, preactivation: kept,
                residual: residual ? added : nil, scale: 0.25, accumulate: accumulate))
          }
        }
      }
    }
    var expected = before.map(Double.init)
    var expectedInside = before.map(Double.init)
    for (index, sum) in problem.reference().enumerated() {
      let place = index / columns * stride + index % columns
      let inside = 0.25 * sum + (biased ? Double(bias[index % columns]) : 0)
      expectedInside[place] = inside
      expected[place] =
        activation.reference(inside) + (residual ? Double(added[place]) : 0)
        + (accumulate ? Double(before[place]) : 0)
    }
    let comment = "\(activation) \(problem)"
    // Sums of up to 400 products of numbers below 1, rounded to float: about 1e-6 of the largest.
    expectCloseToLargest(preactivation, expectedInside, tolerance: 3e-6, comment)
    expectCloseToLargest(out, expected, tolerance: 3e-6, comment)
  }

  @Test("may add the output itself as the residual", arguments: supported)
  func aliasedResidual(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 6)
    for depth in [30, 800] {
      let problem = Problem(
        rows: 13, depth: depth, columns: 21, transposedA: false, transposedB: false,
        numbers: &numbers)
      let before = numbers.floats(13 * 21)
      let out = changed(before) { out in
        problem.withMatrices { a, b in
          multiply(
            a, .pack(b, on: instructionSet), into: out, rowStride: 21,
            epilogue: Epilogue(residual: UnsafePointer(out)))
        }
      }
      let expected = zip(problem.reference(), before).map { $0 + Double($1) }
      expectCloseToLargest(out, expected, tolerance: 3e-6)
    }
  }

  @Test("multiplySerial scales and accumulates strided operands", arguments: supported)
  func serial(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 7)
    for (rows, depth, columns) in [
      (16, 64, 16), (37, 64, 37), (37, 37, 64), (1, 5, 3), (70, 32, 16),
    ] {
      let problem = Problem(
        rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: true,
        numbers: &numbers)
      let before = numbers.floats(rows * columns)
      let out = changed(before) { out in
        problem.withMatrices { a, b in
          multiplySerial(
            a, b, into: out, rowStride: columns, scale: 0.125, accumulate: true, on: instructionSet)
        }
      }
      let expected = zip(problem.reference(), before).map { 0.125 * $0 + Double($1) }
      expectCloseToLargest(out, expected, tolerance: 2e-6, "\(problem)")
    }
  }
}

extension Activation {
  /// The textbook formula in Double.
  func reference(_ x: Double) -> Double {
    let gelu = (2 / Double.pi).squareRoot()
    return switch self {
    case .identity: x
    case .relu: max(x, 0)
    case .geluErf: 0.5 * x * erfc(-x / 2.0.squareRoot())
    case .geluTanh: 0.5 * x * (1 + Foundation.tanh(gelu * (x + 0.044715 * x * x * x)))
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .silu: x / (1 + exp(-x))
    }
  }
}
