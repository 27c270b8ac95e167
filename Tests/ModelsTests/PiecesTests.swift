import ModelSupport
import Tensors
import Testing

@testable import Models

/// Where a long list of inputs is cut.
@Suite struct PiecesTests {
  private let model: Model
  private let inputs: [Input]

  init() throws {
    model = try Fixture("bert-gelu-20x5").model()
    let ids = (0..<20).map { 5 + $0 }
    inputs = Array(repeating: Input(ids: ids, vocabulary: Vocabulary(size: 53)), count: 2000)
  }

  /// Oracle: the definition. The pieces follow each other and hold every input once.
  @Test(arguments: [1, 2, 7])
  func piecesFollowEachOther(_ threads: Int) {
    let pieces = model.chunks(of: inputs, Execution(threads: threads))
    #expect(pieces.flatMap(Array.init) == Array(inputs.indices))
    #expect(pieces.count > 1 || threads == 7)
  }

  /// Oracle: a metamorphic relation; twice the threads take pieces of twice the size.
  @Test func aPieceGrowsWithTheThreads() {
    let one = model.chunks(of: inputs, Execution(threads: 1))[0].count
    let two = model.chunks(of: inputs, Execution(threads: 2))[0].count
    #expect(abs(two - 2 * one) <= 1)
    #expect(one * 20 >= 512)
  }

  /// Oracle: the definition. No budget is too small for a single input.
  @Test func aSmallBudgetLeavesSingleInputs() {
    let pieces = model.chunks(of: inputs, Execution(memoryBudget: 1))
    #expect(pieces.count == inputs.count)
  }

  /// Oracle: the contract that bits do not depend on the cuts.
  @Test func theCutsDoNotShowInTheResult() throws {
    let some = Array(inputs.prefix(30))
    let whole = try model.predict(some)
    let cut = try model.predict(some, execution: Execution(memoryBudget: 1))
    #expect(whole.probabilities == cut.probabilities)
  }
}
