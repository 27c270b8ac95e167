import Glibc
import Kernels

/// Nanoseconds per element of the row kernels and of small products, best of many rounds.
func measureRows() {
  let rows = 32
  let columns = 768
  let count = rows * columns
  // Room for 512 positions of 96 floats as well.
  let x = filled(2 * count)
  let y = filled(2 * count)
  let out = filled(2 * count)
  let gamma = filled(columns)
  func report(_ name: String, _ elements: Int, _ run: () -> Void) {
    var times = Times()
    for _ in 0..<200 { times.one = min(times.one, seconds(CLOCK_THREAD_CPUTIME_ID, run)) }
    let picoseconds = times.one * 1e12 / Double(elements)
    print(padded(picoseconds, 6), "ps each:", name)
  }
  for width in [16, 23, 128, 512] {
    let height = count / width
    report("softmax, rows of \(width)", height * width) {
      softmaxRows(x, rows: height, columns: width)
    }
    report("softmax backward, rows of \(width)", height * width) {
      softmaxBackwardRows(x, y, into: out, rows: height, columns: width)
    }
  }
  report("layer norm, rows of \(columns)", count) {
    layerNormRows(
      x, residual: y, gamma: gamma, beta: gamma, epsilon: 1e-5, into: out, rows: rows,
      columns: columns)
  }
  report("layer norm backward, rows of \(columns)", count) {
    layerNormBackwardRows(
      x, y, gamma: gamma, mean: gamma, reciprocalDeviation: gamma, into: out, rows: rows,
      columns: columns)
  }
  for activation in Activation.allCases {
    report("\(activation)", count) { activationForward(activation, y, into: out, count: count) }
    report("\(activation) backward", count) {
      activationBackward(activation, y, y, into: out, count: count)
    }
  }
  report("add", count) { add(x, y, into: out, count: count) }
  report("dot", count) { _ = dot(x, y, count: count) }
  report("column sums", count) {
    columnSums(y, rows: rows, columns: columns, into: out, accumulate: false)
  }
  for length in [16, 23, 64, 128, 512] {
    let wide = filled(length * length)
    report("queries · keysᵀ, \(length) × 64, per multiply-add", length * length * 64) {
      multiplySerial(
        Matrix(base: y, rows: length, columns: 64, rowStride: columns / 8, columnStride: 1),
        Matrix(base: y, rows: 64, columns: length, rowStride: 1, columnStride: columns / 8),
        into: wide, rowStride: length, scale: 0.125)
    }
    report("pattern · values, \(length) × 64, per multiply-add", length * length * 64) {
      multiplySerial(
        Matrix(wide, rows: length, columns: length),
        Matrix(base: y, rows: length, columns: 64, rowStride: columns / 8, columnStride: 1),
        into: out, rowStride: 64)
    }
    wide.deallocate()
  }
  for memory in [x, y, out, gamma] { memory.deallocate() }
}
