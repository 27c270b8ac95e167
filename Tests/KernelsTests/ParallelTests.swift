import Kernels
import Synchronization
import TestSupport
import Testing

@Suite("Parallel")
struct ParallelTests {
  @Test("does every item once, whatever the threads and the size of an item")
  func everyItem() {
    for threads in [1, 2, 5] {
      for nanoseconds in [1.0, 60_000, 1e6, 1e30] {
        for count in [0, 1, 2, 17, 1000] {
          let visits = Mutex([Int](repeating: 0, count: count))
          Parallel(threads: threads).forEach(count, nanosecondsEach: nanoseconds) { index in
            visits.withLock { $0[index] += 1 }
          }
          #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
        }
      }
    }
  }

  @Test("does a loop inside a loop, and every item of it")
  func nested() {
    let total = Mutex(0)
    let parallel = Parallel(threads: 3)
    parallel.forEach(20, nanosecondsEach: 1e6) { _ in
      parallel.forEach(30, nanosecondsEach: 1e6) { _ in total.withLock { $0 += 1 } }
    }
    #expect(total.withLock { $0 } == 600)
  }

  @Test("stops handing out items once the callback says no")
  func cancellation() {
    for threads in [1, 3] {
      let poll = Poll { _ in false }
      let visited = Mutex(0)
      Parallel(threads: threads, poll: poll).forEach(100_000, nanosecondsEach: 1e6) { _ in
        visited.withLock { $0 += 1 }
      }
      #expect(poll.isCancelled)
      #expect(visited.withLock { $0 } < 100_000)
    }
  }

  @Test("calls back at most every 50 ms, with the fraction, and never after cancellation")
  func throttling() {
    let fractions = Mutex([Double]())
    let poll = Poll { fraction in
      fractions.withLock { $0.append(fraction) }
      return true
    }
    #expect(poll.check(fraction: 0.25))
    for _ in 0..<1000 { poll.check(fraction: 0.5) }
    #expect(fractions.withLock { $0.first } == 0.25)
    #expect(fractions.withLock { $0.count } <= 2)
    poll.cancel()
    #expect(!poll.check())
  }

  @Test("an instruction set is chosen by name only when it is known and supported")
  func choice() {
    #expect(InstructionSet.named("baseline") == .baseline)
    #expect(InstructionSet.named("sse9") == InstructionSet.named(nil))
    #expect(InstructionSet.named(nil) == supported.last)
    for instructionSet in InstructionSet.allCases {
      let chosen = InstructionSet.named(instructionSet.rawValue)
      #expect(chosen == (instructionSet.isSupported ? instructionSet : supported.last))
    }
  }
}
