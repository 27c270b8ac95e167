import Models
import Tensors

/// One removal operator made ready for one question: takes sets of positions away.
package struct Remover: Sendable {
  /// How many versions of a removal there are: the replacements of `replace`, else one.
  package let draws: Int
  private let input: Input
  private let how: RemovalOperator
  /// The row that stands in for a removed embedding; nil for operators that change tokens.
  private let blank: Tensor?
  /// The replacement of every position in each draw.
  private let filled: [[Int]]

  /// - Parameters:
  ///   - draws: how many replacements `replace` makes; the other operators make one.
  ///   - fillers: token ids that `replace` draws from; nil means every ordinary token.
  /// - Throws: `unsupported` when the operator cannot be used on this input, `option` for `replace`
  ///   with nothing to draw from.
  package init(
    _ question: Question, _ how: RemovalOperator, draws: Int, fillers: [Int]?
  ) throws(AssayError) {
    let input = question.input
    if let obstacle = how.obstacle(question.model, input) {
      throw AssayError(
        .unsupported, "operator \(how.rawValue)", expected: "an input it can be used on",
        found: obstacle)
    }
    self.draws = how == .replace ? draws : 1
    let pool =
      how == .replace ? fillers.map(Fillers.named) ?? Fillers(input.vocabulary) : .named([])
    guard how != .replace || !pool.isEmpty else {
      throw AssayError(
        .option, "fill_ins", expected: "at least one token id to draw from", found: "none")
    }
    // A position gets the same replacement in every removal of one draw, so that removals differ
    // only in what they remove.
    let source = question.execution.random("removal.replace")
    filled = (0..<self.draws).map { draw -> [Int] in
      guard !pool.isEmpty else { return [] }
      var numbers = source.draw(draw)
      return (0..<input.count).map { _ in pool[numbers.integer(below: pool.count)] }
    }
    blank = try question.blankEmbedding(how)
    self.input = input
    self.how = how
  }

  /// - Throws: `unsupported` when nothing would be left of the input.
  package func check(_ removal: [Int]) throws(AssayError) {
    guard how == .delete || how == .attentionMask, removal.count >= input.count else { return }
    throw AssayError(
      .unsupported, "operator \(how.rawValue)", expected: "a removal that leaves a token",
      found: "the removal of all \(input.count)")
  }

  /// The input without some positions, in one of the draws.
  func removed(_ positions: [Int], draw: Int) -> Removed {
    input.removing(positions, by: how, blank: blank) { filled[draw][$0] }
  }
}

extension Question {
  /// The row that stands in for a removed embedding; nil for operators that change tokens.
  fileprivate func blankEmbedding(_ how: RemovalOperator) throws(AssayError) -> Tensor? {
    switch how {
    case .zero: return .zeros([1, model.card.embeddingWidth])
    case .meanEmbedding:
      let rows = try model.embeddings(input, execution).gatheringRows(positions)
      return rows.columnSums(execution).scaled(by: 1 / Float(positions.count), execution)
        .reshaped([1, model.card.embeddingWidth])
    case .mask, .delete, .pad, .unk, .attentionMask, .replace: return nil
    }
  }
}
