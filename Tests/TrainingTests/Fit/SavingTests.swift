import Kernels
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

  /// Oracle: the same steps that nobody stopped. A request to stop that comes while parameters move
  /// waits until they have moved, in every table and in the average.
  @Test("A step is taken wholly or not at all", arguments: [0, 0.9])
  func stepsAreWhole(averaging: Double) throws {
    var options = TinyTask.options()
    options.averaging = averaging
    let poll = Poll { _ in false }
    poll.cancel()
    let stopped = Execution().watched(by: poll)
    let (one, other) = (try trainer(options), try trainer(options))
    for _ in 0..<2 {
      for (trainer, execution) in [(one, Execution()), (other, stopped)] {
        let (_, gradients) = try trainer.differentiate([0, 1, 2], Execution())
        trainer.update(gradients, length: 1, rate: 0.01, execution)
      }
    }
    one.bringUpToDate(execution: Execution())
    other.bringUpToDate(execution: stopped)
    let pairs = [(one.parameters.values, other.parameters.values), (one.average, other.average)]
    for (expected, actual) in pairs {
      expectBitEqual(
        actual.view(at: 0, shape: [actual.count]).scalars,
        expected.view(at: 0, shape: [expected.count]).scalars, "after two steps")
    }
  }

  /// Oracle: the training that nobody stopped. What is saved between a step and the evaluation that the
  /// step made due, the last one included, is evaluated when it goes on.
  @Test(
    "A training stopped before an evaluation makes it when it is resumed", arguments: [0, 2, 7])
  func resumesBeforeAnEvaluation(after evaluations: Int) throws {
    let whole = try trainer().fit(validation: validation, Execution())
    let file = TemporaryFile()
    let stopped = try trainer()
    try stopped.begin(evaluatingOn: validation)
    if evaluations > 0 {
      var seen = 0
      _ = failure {
        _ = try stopped.fit(validation: validation, Execution()) { _ throws(AssayError) in
          seen += 1
          if seen == evaluations { throw .cancelled }
        }
      }
    }
    repeat {
      stopped.losses.append(try stopped.step(Execution()).loss)
    } while !stopped.isFinished
      && !stopped.isEvaluationDue
    #expect(stopped.isFinished == (evaluations == 7))
    try stopped.save(to: file.path)
    let resumed = try trainer()
    try resumed.resume(from: file.path)
    let ended = try resumed.fit(validation: validation, Execution())
    #expect(ended.quality == whole.quality && ended.done == whole.done)
    for (actual, expected) in zip(ended.parameters, whole.parameters) {
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

  /// Oracle: a state is nobody's word; every entry that was changed is named.
  @Test(
    "A number that no training writes is refused",
    arguments: [
      ("batch", "999999"), ("batch", "-1"), ("pass", "9223372036854775807"), ("steps", "1e9"),
      ("steps", "9223372036854775807"), ("evaluations", "x"), ("best_evaluation", "99"),
      ("losses", "1 nan"), ("losses", "1 inf"), ("best", "nan 1 1 1 1 1"),
      ("best", "1e300 1 1 1 1 1"), ("best", "2 1 1 1 1 1"), ("best", "1 1 1"), ("data", ""),
      ("validation", ""), ("objective", "x"), ("layout", "x"),
    ])
  func tampered(key: String, value: String) throws {
    let file = TemporaryFile()
    let first = try trainer()
    _ = failure {
      _ = try first.fit(validation: validation, Execution()) { _ throws(AssayError) in
        try first.save(to: file.path)
        throw .cancelled
      }
    }
    let saved = try SafetensorsFile(file.path, mapped: false)
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in saved.entries { tensors.append((entry.name, try saved.tensor(entry.name))) }
    let metadata = saved.metadata.map { ($0.key, $0.key == key ? value : $0.value) }
    try SafetensorsFile.write(tensors, metadata: metadata, to: file.path)
    let error = failure { try trainer().resume(from: file.path) }
    #expect(error?.kind == .checkpoint)
    #expect(error?.subject.contains(key) == true, "\(error?.description ?? "no error")")
  }

  @Test("A state belongs to its examples and to those that it was judged on")
  func otherExamples() throws {
    let file = TemporaryFile()
    let first = try trainer()
    _ = try first.fit(validation: validation, Execution()) { _ throws(AssayError) in
      try first.save(to: file.path)
    }
    for other in [TinyTask.examples(119, seed: 1), TinyTask.examples(120, seed: 3)] {
      let error = failure {
        try Trainer(TinyTask.model(), other, TinyTask.options()).resume(from: file.path)
      }
      #expect(error?.subject.hasSuffix("data") == true)
    }
    let resumed = try trainer()
    try resumed.resume(from: file.path)
    let error = failure { _ = try resumed.fit(validation: examples, Execution()) }
    #expect(error?.subject.hasSuffix("validation") == true)
  }
}
