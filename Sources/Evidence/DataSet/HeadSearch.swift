import Attribution
import Models
import Tensors

/// Which head or layer explains best: chosen on one half of the texts, tested on the other.
package struct HeadSearch: Sendable {
  /// All heads and layers, the best on the texts that choose first.
  package let candidates: [HeadCandidate]
  /// What the average over all layers and heads reaches on the texts that test.
  package let averageLift: Double
  /// How much more the best candidate reaches there than that average, text by text.
  package let comparison: PairedComparison
  /// How many texts chose and how many tested.
  package let selection: Int
  package let test: Int
  /// The passes that showed all candidates, and those that the reference took.
  package let cost: Cost
  package let referenceCost: Cost

  /// Fewer texts leave nothing to choose on and to test on.
  private static let fewest = 8

  /// The lift of every candidate in one text.
  struct Measured: Sendable {
    let lifts: [Double?]
    let variances: [Double?]
    let average: Double?
    let referenceCost: Cost
  }

  /// - Parameters:
  ///   - reference: the method whose magnitudes say which tokens matter.
  ///   - target: the scalar explained; each text's predicted label when nil.
  /// - Throws: `input` for too few texts, or where no text tells its tokens apart; `option`,
  ///   `unsupported`, `cancelled`.
  package init(
    _ model: Model, _ texts: [Input], reference: String, target: Target? = nil,
    execution: Execution
  ) throws(AssayError) {
    guard texts.count >= HeadSearch.fewest else {
      throw AssayError(
        .input, "texts", expected: "\(HeadSearch.fewest) or more that can be used",
        found: "\(texts.count)")
    }
    let heads: [Int?] = Array(0..<model.card.heads) + [nil]
    let maps = (0..<model.card.layers).flatMap { layer -> [(layer: Int, head: Int?)] in
      heads.map { (layer, $0) }
    }
    let measured = try model.inPieces(
      texts.indices.map { $0..<$0 + 1 }, execution, "search_heads"
    ) { piece, execution throws(AssayError) in
      var quiet = execution
      quiet.progress = nil
      let question = try Question(model, texts[piece.lowerBound], target: target, execution: quiet)
      return try question.measured(maps, against: reference)
    }
    var draw = execution.random("search_heads").draw(0)
    let order = draw.permutation(texts.count)
    let chosen = order.prefix(texts.count / 2).sorted()
    let tested = order.dropFirst(texts.count / 2).sorted()
    candidates = HeadCandidate.ranked(maps, measured, selection: chosen, test: tested)
    guard let best = candidates.first,
      let column = maps.firstIndex(where: { $0.layer == best.layer && $0.head == best.head }),
      let average = tested.compactMap({ measured[$0].average }).mean,
      let comparison = PairedComparison(
        clusters: tested.compactMap { text in
          guard let lift = measured[text].lifts[column], let average = measured[text].average
          else { return nil }
          return [lift - average]
        }, execution, purpose: "search_heads")
    else {
      try execution.checkCancellation()
      throw AssayError(
        .input, "texts", expected: "some whose tokens differ in what they do", found: "none")
    }
    averageLift = average
    self.comparison = comparison
    selection = chosen.count
    test = tested.count
    cost = Cost(forwards: texts.count)
    referenceCost = measured.reduce(Cost()) { $0 + $1.referenceCost }
  }
}

extension Question {
  /// The lift of every map in the reference's magnitudes; one pass shows all of them.
  fileprivate func measured(
    _ maps: [(layer: Int, head: Int?)], against reference: String
  ) throws(AssayError) -> HeadSearch.Measured {
    let truth = try explain(method: reference)
    let magnitudes = truth.scores.map { abs(Double($0)) }
    let patterns = try self.patterns(Array(0..<model.card.layers))
    let scores = maps.map { map in
      attention(in: patterns[map.layer], fusion: map.head.map(HeadFusion.head) ?? .mean)
    }
    var total = [Double](repeating: 0, count: magnitudes.count)
    for (map, scores) in zip(maps, scores) where map.head == nil {
      for place in total.indices { total[place] += scores[place] }
    }
    return HeadSearch.Measured(
      lifts: scores.map { Lift.of($0, in: magnitudes).value },
      variances: scores.map { Lift.placementVariance($0, in: magnitudes) },
      average: Lift.of(total, in: magnitudes).value,
      referenceCost: truth.cost + Cost(forwards: 1))
  }

  /// What `attention` says of one layer, in the precision in which explanations are stored.
  private func attention(in pattern: Tensor, fusion: HeadFusion) -> [Double] {
    let row = attentionRow(pattern, fusion: fusion)
    return positions.map { Double(Float(row[$0])) }
  }
}
