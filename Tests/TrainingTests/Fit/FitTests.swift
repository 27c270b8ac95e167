import Kernels
import Models
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Fit")
struct FitTests {
  private let examples = TinyTask.examples(200, seed: 1)
  private let validation = TinyTask.examples(60, seed: 2)

  private func fit(_ options: TrainingOptions, threads: Int = 1) throws -> Fitted {
    try Trainer(TinyTask.model(), examples, options)
      .fit(validation: validation, Execution(threads: threads))
  }

  @Test("A tiny network learns which token decides")
  func learns() throws {
    var options = TinyTask.options()
    options.passes = 12
    let fitted = try fit(options)
    #expect(fitted.quality.count == 60)
    #expect(fitted.quality.accuracy >= 0.97)
  }

  @Test("What fit returns is the best evaluation, and a model made of it measures the same")
  func best() throws {
    var seen: [Quality] = []
    let trainer = try Trainer(try TinyTask.model(), examples, TinyTask.options())
    let fitted = try trainer.fit(validation: validation, Execution()) { seen.append($0.quality) }
    #expect(seen.count == 8)
    #expect(!seen.contains { $0.isBetter(than: fitted.quality) })
    let model = try Model(
      Checkpoint(
        configuration: .record(TinyTask.configuration().object), tensors: fitted.parameters))
    let probabilities = try model.predict(validation.map(\.input)).probabilities
    let correct = zip(probabilities, validation).count {
      ($0[1] > $0[0]) == ($1.target[1] > $1.target[0])
    }
    #expect(correct == fitted.quality.correct)
  }

  @Test("The model that training started from stays as it was")
  func untouched() throws {
    let model = try TinyTask.model()
    let before = model.network.parameters.map(\.tensor.scalars)
    _ = try Trainer(model, examples, TinyTask.options())
      .fit(validation: validation, Execution())
    #expect(model.network.parameters.map(\.tensor.scalars) == before)
  }

  @Test("The same seed gives the same bits on any number of threads, another seed others")
  func deterministic() throws {
    func bits(_ fitted: Fitted) -> [Float] { fitted.parameters.flatMap(\.tensor.scalars) }
    var options = TinyTask.options()
    options.passes = 1
    let one = bits(try fit(options))
    expectBitEqual(bits(try fit(options, threads: 2)), one)
    expectBitEqual(bits(try fit(options, threads: 5)), one)
    options.seed += 1
    #expect(bits(try fit(options)) != one)
  }

  @Test("A loss that is not a number ends the training with the step and the advice")
  func diverges() throws {
    var options = TinyTask.options()
    options.rate = 1e30
    options.warmUp = 0
    let error = failure { _ = try fit(options) }
    #expect(error?.kind == .numeric)
    #expect(error?.description.contains("lower the learning rate") == true)
  }

  @Test("A cancelled training stops and leaves the parameters of its last whole step")
  func cancelled() throws {
    let trainer = try Trainer(try TinyTask.model(), examples, TinyTask.options())
    _ = try trainer.step(Execution())
    let before = trainer.parameters.tensors().map(\.tensor.scalars)
    let poll = Poll { _ in false }
    poll.cancel()
    let error = failure { _ = try trainer.step(Execution().watched(by: poll)) }
    #expect(error?.kind == .cancelled)
    #expect(trainer.parameters.tensors().map(\.tensor.scalars) == before)
  }

  @Test("The rate rises in a line, then falls in a line to zero")
  func schedule() {
    var options = TrainingOptions()
    (options.rate, options.warmUp) = (1, 0.2)
    expectClose(
      [0, 0.1, 0.2, 0.6, 1].map(options.rate), [0, 0.5, 1, 0.5, 0], absolute: 1e-12)
    options.warmUp = 0
    expectClose([0, 0.5, 1].map(options.rate), [1, 0.5, 0], absolute: 1e-12)
  }
}
