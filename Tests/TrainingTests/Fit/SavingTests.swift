import Models
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Saving a training")
struct SavingTests {
  private let examples = TinyTask.examples(120, seed: 1)
  private let validation = TinyTask.examples(40, seed: 2)

  private func trainer(_ options: TrainingOptions = TinyTask.options()) throws -> Trainer {
    try Trainer(TinyTask.model(), examples, options)
  }

  @Test("A training that was interrupted and resumed ends in the same bits", arguments: [1, 3])
  func resumes(after evaluations: Int) throws {
    let whole = try trainer().fit(validation: validation, Execution())
    let file = TemporaryFile()
    var seen = 0
    let first = try trainer()
    _ = failure {
      _ = try first.fit(validation: validation, Execution()) { _ throws(AssayError) in
        seen += 1
        if seen == evaluations {
          try first.save(to: file.path)
          throw .cancelled
        }
      }
    }
    let second = try trainer()
    try second.resume(from: file.path)
    #expect(second.position == first.position)
    let resumed = try second.fit(validation: validation, Execution())
    #expect(resumed.quality == whole.quality)
    #expect(resumed.done == whole.done)
    for (actual, expected) in zip(resumed.parameters, whole.parameters) {
      expectBitEqual(actual.tensor.scalars, expected.tensor.scalars, expected.name)
    }
  }

  @Test("A state saved under other options is refused, and both are named")
  func otherOptions() throws {
    let file = TemporaryFile()
    try trainer().save(to: file.path)
    var options = TinyTask.options()
    options.rate = 0.5
    let error = failure { try trainer(options).resume(from: file.path) }
    #expect(error?.kind == .checkpoint)
    #expect(error?.description.contains("rate 0.5") == true)
    #expect(error?.description.contains("rate 0.01") == true)
  }
}
