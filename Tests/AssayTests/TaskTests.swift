// Oracles: the same question asked without tasks, and a count of what is reported. How late a call stops
// is measured on the processor's time, for every operation, by python/tests/reliability/test_interrupts.py.

import Assay
import Foundation
import Testing

@Suite(.serialized) struct TaskTests {
  @Test func eightTasksOnOneModelGiveTheSameBits() async throws {
    let model = try demo()
    let alone = try await verified(model)
    let reports = try await withThrowingTaskGroup(of: Report.self) { group in
      for _ in 0..<8 { group.addTask { try await verified(model) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(reports.count == 8)
    for report in reports { #expect(report == alone) }
  }

  @Test func aTaskGivesWhatACallGives() async throws {
    let model = try demo()
    let called = try synchronously(model)
    #expect(try await verified(model) == called)
  }

  @Test func aCancelledVerdictStopsAtOnce() async throws {
    let model = try demo()
    let text = String(repeating: "a gripping, beautifully acted film in a thin story ", count: 40)
    let (started, told) = AsyncStream<Double>.makeStream()
    let work = Task {
      try await model.verify(
        try model.tokenize(text, truncates: true), checks: .everything
      ) { done, _ in told.yield(done) }
    }
    var heard: [Double] = []
    for await done in started {
      heard.append(done)
      break
    }
    work.cancel()
    let error = await #expect(throws: AssayError.self) { try await work.value }
    #expect(error?.kind == .cancelled)
    told.finish()
    for await done in started { heard.append(done) }
    // One report may have been on its way; a verdict that goes on makes hundreds.
    #expect(heard.count <= 2, "\(heard)")
  }

  @Test func aTaskThatIsCancelledAlreadyDoesNothing() async throws {
    let model = try demo()
    let work = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await model.verify(film)
    }
    work.cancel()
    let result = await work.result
    let error = #expect(throws: AssayError.self) { try result.get() }
    #expect(error?.kind == .cancelled)
  }

  private func verified(_ model: Model) async throws -> Report {
    try await model.verify(film, execution: Execution(threads: 2, seed: 3))
  }

  private func synchronously(_ model: Model) throws -> Report {
    try model.verify(film, execution: Execution(threads: 1, seed: 3))
  }
}
