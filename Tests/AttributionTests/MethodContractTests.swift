import Kernels
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

/// What every registered method promises, whatever it computes.
@Suite struct MethodContractTests {
  static let names = Methods.all.map(\.info.name)

  private func question(
    special: Bool, seed: UInt64 = 0, threads: Int = 1, memoryBudget: Int = 1 << 30
  ) throws -> Question {
    let fixture = try Fixture("bert-gelu-20x5")
    var input = try fixture.input(7)
    if special {
      input.special[0] = true
      input.special[6] = true
    }
    return try Question(
      fixture.model(), input,
      execution: Execution(threads: threads, seed: seed, memoryBudget: memoryBudget))
  }

  @Test(arguments: names)
  func everyExplainedPositionHasOneFiniteScore(_ name: String) throws {
    let explanation = try question(special: true).explain(method: name)
    #expect(explanation.positions == [1, 2, 3, 4, 5])
    #expect(explanation.scores.count == 5)
    #expect(explanation.scores.allSatisfy { $0.isFinite })
    let failed = explanation.proof.filter { !$0.passed }
    #expect(failed.isEmpty)
    #expect(explanation.cost.forwards > 0)
  }

  @Test(arguments: names)
  func threadsChangeNoBit(_ name: String) throws {
    let one = try question(special: true, seed: 3, threads: 1).explain(method: name)
    let two = try question(special: true, seed: 3, threads: 2).explain(method: name)
    expectBitEqual(one.scores, two.scores)
  }

  /// Oracle: the same question run with every batch as small as it can be. Flow states what it
  /// needs instead and refuses less.
  @Test(arguments: names.filter { $0 != "attention_flow" })
  func theMemoryBudgetChangesNoBit(_ name: String) throws {
    let free = try question(special: true, seed: 3).explain(method: name)
    let tight = try question(special: true, seed: 3, memoryBudget: 1).explain(method: name)
    expectBitEqual(free.scores, tight.scores)
    expectBitEqual(free.standardErrors ?? [], tight.standardErrors ?? [])
  }

  /// Oracle: an explanation says everything that is needed to make it again.
  @Test(arguments: names)
  func theResolvedOptionsMakeTheSameExplanation(_ name: String) throws {
    let question = try question(special: true, seed: 5)
    let first = try question.explain(method: name)
    let options = Dictionary(uniqueKeysWithValues: first.options.map { ($0.name, $0.value) })
    expectBitEqual(first.scores, try question.explain(method: name, options: options).scores)
  }

  /// Oracle: a callback that says stop at once.
  @Test(arguments: names)
  func aMethodCanBeStopped(_ name: String) throws {
    var question = try question(special: true)
    let poll = Poll { _ in false }
    poll.cancel()
    question = Question(question, execution: question.execution.watched(by: poll))
    let error = #expect(throws: AssayError.self) { try question.explain(method: name) }
    #expect(error?.kind == .cancelled)
  }

  @Test(arguments: names)
  func anUnknownOptionListsTheKnownOnes(_ name: String) throws {
    let question = try question(special: false)
    let error = #expect(throws: AssayError.self) {
      try question.explain(method: name, options: ["no_such_option": .integer(1)])
    }
    #expect(error?.kind == .option)
    #expect(error?.found == "an option called \"no_such_option\"")
  }

  @Test(arguments: names)
  func anUnsignedMethodHasNoNegativeScore(_ name: String) throws {
    let method = try Methods.named(name)
    guard !method.info.signed else { return }
    let explanation = try question(special: true).explain(method: name)
    #expect(explanation.scores.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: names)
  func theRegistryIsComplete(_ name: String) throws {
    let info = try Methods.named(name).info
    for text in [info.summary, info.formula, info.source, info.cost] { #expect(!text.isEmpty) }
    #expect(Methods.all.count { $0.info.name == name } == 1)
  }

  @Test func anUnknownMethodListsTheKnownOnes() throws {
    let question = try question(special: false)
    let error = #expect(throws: AssayError.self) { try question.explain(method: "magic") }
    #expect(error?.expected.contains("attention_rollout") == true)
  }
}
