import Attribution
import Tensors

/// How long a pass takes here, found by running some.
struct Pace {
  /// What finding out took.
  let cost: Cost
  private let secondsPerPass: Double
  private let spent: Double

  /// So many units are removed one by one: enough that a batch is a batch.
  private static let tries = 16

  /// - Throws: `option` where nothing can be removed, so that nothing tells how long passes take.
  init(_ examination: Examination) throws(AssayError) {
    let question = examination.question
    guard let how = examination.operators.first else {
      throw AssayError(
        .option, "budget", expected: "a number of passes",
        found: "a time, for an input from which nothing can be removed")
    }
    let removals = (0..<min(examination.count, Self.tries)).map { examination.positions([$0]) }
    let clock = ContinuousClock()
    let start = clock.now
    let cost = try question.ablate(removals, by: how).cost
    let took = (clock.now - start) / .seconds(1)
    self.cost = cost
    spent = took
    secondsPerPass = max(took, 1e-9) / Double(max(cost.forwards, 1))
  }

  /// How many passes fit into what is left of a time.
  func passes(in seconds: Double) -> Int {
    min(Int(Int32.max), Int(saturating: max(0, seconds - spent) / secondsPerPass))
  }
}
