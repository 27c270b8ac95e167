import Glibc
import Kernels

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

/// Uses a value in a way that the optimizer cannot see through, so that computing it is not left out.
@inline(never)
func keep(_ value: Float) {
  if value == 0.123_456_7 { print("") }
}
