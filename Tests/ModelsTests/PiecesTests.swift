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

  /// Oracle: the definition. The pieces follow each other, hold every input once and occupy every
  /// thread equally.
  @Test(arguments: [1, 2, 7])
  func piecesFollowEachOther(_ threads: Int) {
    let pieces = model.chunks(of: inputs, Execution(threads: threads))
    #expect(pieces.flatMap(Array.init) == Array(inputs.indices))
    #expect(pieces.count.isMultiple(of: threads))
    #expect((pieces.map(\.count).max() ?? 0) - (pieces.map(\.count).min() ?? 0) <= 1)
  }

  /// Oracle: the definition. Few tokens are not cut for the sake of a thread.
  @Test func aShortListStaysWhole() {
    #expect(model.chunks(of: Array(inputs.prefix(6)), Execution(threads: 2)).count == 1)
    #expect(model.chunks(of: Array(inputs.prefix(20)), Execution(threads: 2)).count == 2)
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

  /// Oracle: the pieces' own results, in order.
  @Test func piecesRunAtTheSameTimeGiveTheirResultsInOrder() throws {
    let execution = Execution(threads: 2)
    let pieces = model.chunks(of: inputs, execution)
    #expect(try model.inPieces(pieces, execution) { piece, _ in piece } == pieces)
  }

  /// Oracle: the definition. The first piece that fails says why.
  @Test func theFirstFailureIsThrown() {
    let failure = #expect(throws: AssayError.self) {
      try model.inPieces([0..<1, 1..<2, 2..<3], Execution(threads: 2)) {
        piece, _ throws(AssayError) in
        throw AssayError(.input, "piece", expected: "none", found: "\(piece.lowerBound)")
      }
    }
    #expect(failure?.found == "0" || failure?.found == "1")
  }
}
