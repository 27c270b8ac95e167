import Autodiff
import Models
import Tensors
import Training
import Values

/// Trains the demo model: `assay-train-demo EXAMPLES FOLDER [--seed N] [--threads N] [--state FILE]`.
///
/// EXAMPLES is what tools/train_demo.py prepares; FOLDER holds config.json and receives
/// model.safetensors in half precision. The last line printed is the outcome as JSON. With a state
/// file the training is saved at every evaluation and continues from there when started again.
@main
struct TrainDemo {
  let arguments: Arguments

  static func main() {
    do throws(AssayError) {
      try TrainDemo(arguments: Arguments(CommandLine.arguments)).run()
    } catch {
      say("error: \(error)")
      exitWithFailure()
    }
  }

  func run() throws(AssayError) {
    let examples = try Examples(arguments.examples)
    let (train, dev) = (try examples.part("train"), try examples.part("dev"))
    let configuration = try Configuration(
      .parse(
        MappedFile.bytes(of: "\(arguments.folder)/config.json", limit: 1 << 20),
        subject: "config.json"), subject: "config.json")
    let untrained = try Model(BERT.untrained(configuration, seed: arguments.seed))
    // Whole sentences are those that count more than once; their words stand in for missing ones.
    let words = train.filter { $0.weight > 1 }.flatMap { example in
      zip(example.input.ids, example.input.special).filter { !$0.1 }.map(\.0)
    }
    let trainer = try Trainer(
      untrained, train, Recipe.options(seed: arguments.seed, tokens: words))
    if let state = arguments.state, exists(state) { try trainer.resume(from: state) }
    say("\(untrained.parameterCount) parameters, \(train.count) examples")

    let clock = ContinuousClock()
    let start = clock.now
    let execution = Execution(threads: arguments.threads, seed: arguments.seed)
    let fitted = try trainer.fit(validation: dev, execution) { evaluation throws(AssayError) in
      say(
        """
        \(percent(evaluation.done)) done, step \(evaluation.steps), loss \
        \(evaluation.loss), dev accuracy \(percent(evaluation.quality.accuracy)), dev loss \
        \(evaluation.quality.loss), \(clock.now - start)
        """)
      if let state = arguments.state { try trainer.save(to: state) }
    }
    let seconds = (clock.now - start).components.seconds
    try SafetensorsFile.write(
      fitted.parameters, metadata: [(key: "format", value: "pt")], precision: .float16,
      to: "\(arguments.folder)/model.safetensors")
    try report(fitted, try examples.part("test"), seconds: Int(seconds), execution)
  }

  /// Measures the file that was written, on the test part, once.
  private func report(
    _ fitted: Fitted, _ test: [TrainingExample], seconds: Int, _ execution: Execution
  ) throws(AssayError) {
    let model = try Model.load(folder: arguments.folder)
    let probabilities = try model.predict(test.map(\.input), execution: execution).probabilities
    let correct = zip(probabilities, test).count { ($0[1] > $0[0]) == ($1.target[1] > 0.5) }
    let quality = fitted.quality
    let outcome: Value = [
      "parameters": .integer(model.parameterCount), "seconds": .integer(seconds),
      "threads": .integer(arguments.threads), "seed": .integer(Int(arguments.seed)),
      "dev": ["correct": .integer(quality.correct), "count": .integer(quality.count)],
      "test": ["correct": .integer(correct), "count": .integer(test.count)],
      "best_at": .number(fitted.done), "fingerprint": .text(model.fingerprint),
    ]
    say(outcome.json)
  }

  private func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
