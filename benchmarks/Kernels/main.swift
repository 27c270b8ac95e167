// GF/s of the packed matrix product and the fraction of the measured peak, at transformer shapes.
//
// ASSAY_BENCHMARKS=1 swift run -c release KernelBenchmark [rows…]
// ASSAY_BENCHMARKS=1 swift run -c release KernelBenchmark rows
//
// Every number is the best of several rounds that alternate in one process between the product and
// the peak loop, on one thread (processor time, so that other processes count less) and on two
// (wall time). The peak is that of 256-bit multiply-adds: compare only where V3 runs. The last two
// columns are the same product in bfloat16, where the processor has it.

import Kernels

let shapes = [(768, 768), (768, 3072), (3072, 768), (384, 384), (384, 1536), (128, 512)]
let chosen = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let heights = chosen.isEmpty ? [16, 32, 128, 512, 2048] : chosen

let peakSteps = 100_000
let peakOperations = 2 * multiplyAddChains(of: SIMD8<Float>.self, peakSteps).operations

print("instruction set:", InstructionSet.active)
if CommandLine.arguments.contains("rows") {
  measureRows()
} else {
  measureProducts()
}

func measureProducts() {
  print(
    "    M     K     N | 1 thread GF/s, of peak | 2 threads GF/s, of peak | bfloat16 1, 2 threads")
  for (depth, columns) in shapes {
    let b = filled(depth * columns)
    let packed = PackedMatrix.pack(Matrix(b, rows: depth, columns: columns))
    let halved =
      Precision.bfloat16.isSupported
      ? PackedMatrix.pack(Matrix(b, rows: depth, columns: columns), precision: .bfloat16) : nil
    for rows in heights {
      let a = filled(rows * depth)
      let out = filled(rows * columns)
      let operations = 2 * Double(rows) * Double(depth) * Double(columns)
      let repeats = max(1, Int(1e8 / operations))
      var product = Times()
      var brain = Times()
      var peak = Times()
      for _ in 0..<max(5, min(40, Int(1e10 / operations))) {
        func run(_ packed: PackedMatrix, _ times: inout Times) {
          times.add { parallel in
            for _ in 0..<repeats {
              multiply(
                Matrix(a, rows: rows, columns: depth), packed, into: out, rowStride: columns,
                parallel: parallel)
            }
          }
        }
        run(packed, &product)
        if let halved { run(halved, &brain) }
        peak.add { parallel in
          parallel.forEach(2, nanosecondsEach: 1e6) { _ in
            keep(multiplyAddChains(of: SIMD8<Float>.self, peakSteps).value)
          }
        }
      }
      let done = operations * Double(repeats) / 1e9
      let (one, two) = (done / product.one, done / product.two)
      print(
        padded(Double(rows), 5), padded(Double(depth), 5), padded(Double(columns), 5), "|",
        padded(one, 8), padded(100 * one * peak.one * 1e9 / peakOperations, 4), "% |",
        padded(two, 8), padded(100 * two * peak.two * 1e9 / peakOperations, 4), "% |",
        padded(done / brain.one, 8), padded(done / brain.two, 8))
      a.deallocate()
      out.deallocate()
    }
    b.deallocate()
  }
}
