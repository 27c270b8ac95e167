// Oracle: the same question asked without tasks. How late a call stops is measured on the processor's
// time, for every operation, by python/tests/reliability/test_interrupts.py.

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

  @Test func aCancelledVerdictStops() async throws {
    let model = try demo()
    let text = String(repeating: "a gripping, beautifully acted film in a thin story ", count: 40)
    let (started, told) = AsyncStream<Void>.makeStream()
    let work = Task {
      try await model.verify(
        try model.tokenize(text, truncates: true), checks: .everything
      ) { _, _ in told.yield() }
    }
    for await _ in started { break }
    work.cancel()
    // Whoever did not stop would have an answer, some seconds later.
    let error = await #expect(throws: AssayError.self) { try await work.value }
    #expect(error?.kind == .cancelled)
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
