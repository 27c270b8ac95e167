import Kernels
import TestSupport
import Testing

@Suite("Layer normalisation")
struct LayerNormTests {
  @Test("equals the formula in Double, with its residual sum and its moments", arguments: supported)
  func forward(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 11)
    for columns in [1, 2, 5, 16, 31, 64, 129, 768] {
      let x = numbers.floats(4 * columns, in: -5...5)
      let residual = numbers.floats(4 * columns)
      let gamma = numbers.floats(columns)
      let beta = numbers.floats(columns)
      var (sum, mean, deviation): ([Float], [Float], [Float]) = ([], [], [])
      let y = floats(x.count) { y in
        sum = floats(x.count) { sum in
          mean = floats(4) { mean in
            deviation = floats(4) { deviation in
              withPointers(x, residual) { x, residual in
                withPointers(gamma, beta) { gamma, beta in
                  layerNormRows(
                    x, residual: residual, gamma: gamma, beta: beta, epsilon: 1e-5, into: y,
                    sum: sum, mean: mean, reciprocalDeviation: deviation, rows: 4,
                    columns: columns, on: instructionSet)
                }
              }
            }
          }
        }
      }
      let added = zip(x, residual).map { $0 + $1 }
      expectBitEqual(sum, added)
      let reference = LayerNorm(added.map(Double.init), columns, gamma, beta, 1e-5)
      expectClose(y, reference.y, absolute: 2e-6, "\(columns) columns")
      expectClose(mean, reference.mean, absolute: 1e-6)
      expectClose(deviation, reference.deviation, relative: 2e-6)
    }
  }

  @Test("works in place, without residual and without the moments", arguments: supported)
  func inPlace(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 12)
    let x = numbers.floats(3 * 21)
    let gamma = numbers.floats(21)
    let beta = numbers.floats(21)
    let y = changed(x) { values in
      withPointers(gamma, beta) { gamma, beta in
        layerNormRows(
          UnsafePointer(values), gamma: gamma, beta: beta, epsilon: 1e-12, into: values, rows: 3,
          columns: 21, on: instructionSet)
      }
    }
    expectClose(y, LayerNorm(x.map(Double.init), 21, gamma, beta, 1e-12).y, absolute: 2e-6)
  }

  @Test("has the backward of central differences in Double", arguments: supported)
  func backward(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 13)
    let rows = 2
    for columns in [3, 9, 24, 35] {
      let x = numbers.floats(rows * columns)
      let dy = numbers.floats(rows * columns)
      let gamma = numbers.floats(columns)
      let beta = [Float](repeating: 0, count: columns)
      func loss(_ x: [Double], _ gamma: [Float], _ beta: [Float]) -> Double {
        zip(LayerNorm(x, columns, gamma, beta, 1e-3).y, dy).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      let step = 1e-5
      let expected = x.indices.map { index in
        var (above, below) = (x.map(Double.init), x.map(Double.init))
        above[index] += step
        below[index] -= step
        return (loss(above, gamma, beta) - loss(below, gamma, beta)) / (2 * step)
      }
      let reference = LayerNorm(x.map(Double.init), columns, gamma, beta, 1e-3)
      var (dgamma, dbeta): ([Float], [Float]) = ([], [])
      let dx = floats(x.count) { dx in
        dgamma = changed([Float](repeating: 1, count: columns)) { dgamma in
          dbeta = changed([Float](repeating: 2, count: columns)) { dbeta in
            withPointers(x, dy) { x, dy in
              withPointers(reference.mean.map(Float.init), reference.deviation.map(Float.init)) {
                mean, deviation in
                withPointers(gamma, []) { gamma, _ in
                  layerNormBackwardRows(
                    x, dy, gamma: gamma, mean: mean, reciprocalDeviation: deviation, into: dx,
                    dgamma: dgamma, dbeta: dbeta, rows: rows, columns: columns,
                    on: instructionSet)
                }
              }
            }
          }
        }
      }
      expectCloseToLargest(dx, expected, tolerance: 1e-5, "\(columns) columns")
      // y is linear in gamma and beta, so their gradients are sums over the rows.
      let normal = reference.normal
      expectClose(
        dgamma,
        (0..<columns).map { column in
          (0..<rows).reduce(1) {
            $0 + Double(dy[$1 * columns + column]) * normal[$1 * columns + column]
          }
        }, absolute: 2e-6)
      expectClose(
        dbeta,
        (0..<columns).map { column in
          (0..<rows).reduce(2) { $0 + Double(dy[$1 * columns + column]) }
        }, absolute: 1e-6)
    }
  }
}

/// Layer normalisation in Double.
struct LayerNorm {
  var mean: [Double] = []
  var deviation: [Double] = []
  var normal: [Double] = []
  var y: [Double] = []

  init(_ x: [Double], _ columns: Int, _ gamma: [Float], _ beta: [Float], _ epsilon: Double) {
    for start in stride(from: 0, to: x.count, by: columns) {
      let row = x[start..<start + columns]
      let centre = row.reduce(0, +) / Double(columns)
      let variance = row.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(columns)
      let factor = 1 / (variance + epsilon).squareRoot()
      mean.append(centre)
      deviation.append(factor)
      for (column, value) in row.enumerated() {
        normal.append((value - centre) * factor)
        y.append((value - centre) * factor * Double(gamma[column]) + Double(beta[column]))
      }
    }
  }
}
