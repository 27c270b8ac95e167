// GF/s of the packed matrix product and the fraction of the measured peak, at transformer shapes.
//
// ASSAY_BENCHMARKS=1 swift run -c release KernelBenchmark [rows…]
//
// Every number is the best of several rounds that alternate in one process between the product and
// the peak loop, on one thread (processor time, so that other processes count less) and on two
// (wall time). The peak is that of 256-bit multiply-adds: compare only where V3 runs.

import Glibc
import Kernels

let shapes = [(768, 768), (768, 3072), (3072, 768), (384, 384), (384, 1536), (128, 512)]
let chosen = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let heights = chosen.isEmpty ? [16, 32, 128, 512, 2048] : chosen

func seconds(_ clock: clockid_t, _ work: () -> Void) -> Double {
  var start = timespec()
  var end = timespec()
  clock_gettime(clock, &start)
  work()
  clock_gettime(clock, &end)
  return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
}

/// Seconds on one thread (processor time) and on two (wall time), best of the rounds.
struct Times {
  var one = Double.infinity
  var two = Double.infinity

  mutating func add(_ run: (Parallel) -> Void) {
    one = min(one, seconds(CLOCK_THREAD_CPUTIME_ID) { run(.serial) })
    two = min(two, seconds(CLOCK_MONOTONIC) { run(Parallel(threads: 2)) })
  }
}

func filled(_ count: Int) -> UnsafeMutablePointer<Float> {
  let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
  for index in 0..<count { memory[index] = Float(index % 13) / 13 - 0.5 }
  return memory
}

func padded(_ value: Double, _ width: Int) -> String {
  let text = String(Int(value.rounded()))
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

let peakSteps = 100_000
let peakOperations = 2 * multiplyAddChains(peakSteps).operations

print("instruction set:", InstructionSet.active)
print("    M     K     N | 1 thread GF/s, of peak | 2 threads GF/s, of peak")
for (depth, columns) in shapes {
  let b = filled(depth * columns)
  let packed = PackedMatrix.pack(Matrix(b, rows: depth, columns: columns))
  for rows in heights {
    let a = filled(rows * depth)
    let out = filled(rows * columns)
    let operations = 2 * Double(rows) * Double(depth) * Double(columns)
    let repeats = max(1, Int(1e8 / operations))
    var product = Times()
    var peak = Times()
    for _ in 0..<max(5, min(40, Int(1e10 / operations))) {
      product.add { parallel in
        for _ in 0..<repeats {
          multiply(
            Matrix(a, rows: rows, columns: depth), packed, into: out, rowStride: columns,
            parallel: parallel)
        }
      }
      peak.add { parallel in
        parallel.forEach(2, nanosecondsEach: 1e6) { _ in _ = multiplyAddChains(peakSteps) }
      }
    }
    let one = operations * Double(repeats) / product.one / 1e9
    let two = operations * Double(repeats) / product.two / 1e9
    print(
      padded(Double(rows), 5), padded(Double(depth), 5), padded(Double(columns), 5), "|",
      padded(one, 8), padded(100 * one * peak.one * 1e9 / peakOperations, 4), "% |",
      padded(two, 8), padded(100 * two * peak.two * 1e9 / peakOperations, 4), "%")
    a.deallocate()
    out.deallocate()
  }
  b.deallocate()
}
