import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  @Test("equals the formula in Double for any width, with and without a mask", arguments: supported)
  func forward(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 9)
    for columns in Array(1...40) + [127, 512, 1000] {
      let x = numbers.floats(3 * columns, in: -8...8)
      var mask = [Float](repeating: 0, count: columns)
      for column in 1..<max(2, columns) where column < columns && column % 3 == 0 {
        mask[column] = column % 2 == 0 ? -1e9 : -.infinity
      }
      let plain = changed(x) { softmaxRows($0, rows: 3, columns: columns, on: instructionSet) }
      expectClose(plain, softmax(x, columns), relative: 1e-6, "\(columns) columns")
      let masked = changed(x) { values in
        withPointers(mask, []) { mask, _ in
          softmaxRows(values, rows: 3, columns: columns, mask: mask, on: instructionSet)
        }
      }
      let shifted = x.indices.map { x[$0] + mask[$0 % columns] }
      expectClose(masked, softmax(shifted, columns), relative: 1e-6, "\(columns) masked columns")
    }
  }

  @Test("handles large values, a single column, empty rows and NaN", arguments: supported)
  func edges(instructionSet: InstructionSet) {
    func rows(_ x: [Float], _ columns: Int) -> [Float] {
      changed(x) {
        softmaxRows($0, rows: x.count / columns, columns: columns, on: instructionSet)
      }
    }
    expectBitEqual(rows([1e30, -1e30, 3], 1), [1, 1, 1])
    expectBitEqual(rows([3e38, 3e38, -3e38], 3), [0.5, 0.5, 0])
    expectBitEqual(rows([-1e9, -1e9], 2), [0.5, 0.5])
    expectBitEqual(rows([-.infinity, -.infinity, 0, -.infinity], 2), [0, 0, 1, 0])
    #expect(rows([.nan, 1, 2], 3).allSatisfy { $0.isNaN })
    #expect(rows([], 5).isEmpty)
  }

  @Test("has the backward of central differences in Double", arguments: supported)
  func backward(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 10)
    let step = 1e-5
    for columns in [1, 2, 7, 19, 33] {
      let x = numbers.floats(columns, in: -3...3).map(Double.init)
      let dy = numbers.floats(columns)
      let scale = 0.125
      func loss(_ x: [Double]) -> Double {
        zip(softmax(x.map { scale * $0 }, columns), dy).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      let expected = x.indices.map { index in
        var (above, below) = (x, x)
        above[index] += step
        below[index] -= step
        return (loss(above) - loss(below)) / (2 * step)
      }
      let y = softmax(x.map { scale * $0 }, columns).map(Float.init)
      let found = changed(dy) { dx in
        withPointers(y, dy) { y, dy in
          softmaxBackwardRows(
            y, dy, into: dx, rows: 1, columns: columns, scale: Float(scale), on: instructionSet)
        }
      }
      expectClose(found, expected, absolute: 1e-7, "\(columns) columns")
    }
  }
}

/// Row-wise softmax in Double.
func softmax<Scalar: BinaryFloatingPoint>(_ x: [Scalar], _ columns: Int) -> [Double] {
  stride(from: 0, to: x.count, by: columns).flatMap { start in
    let row = x[start..<start + columns].map { Double($0) }
    let peak = row.reduce(-.infinity, max)
    let powers = row.map { exp($0 - peak) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }
}
