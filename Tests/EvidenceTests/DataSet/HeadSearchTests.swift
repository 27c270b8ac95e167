import Attribution
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Evidence

@Suite struct HeadSearchTests {
  private static func texts(_ count: Int) -> [Input] {
    var random = TestNumbers(seed: 21)
    return (0..<count).map { _ in
      let ids = (0..<random.integer(in: 4...9)).map { _ in random.integer(in: 5...52) }
      return Input(ids: ids, vocabulary: Vocabulary(size: 53, mask: 4, pad: 0))
    }
  }

  private static func search(_ texts: [Input], threads: Int = 1) throws -> HeadSearch {
    try HeadSearch(
      Fixture("bert-gelu-20x5").model(), texts, reference: "leave_one_out",
      execution: Execution(threads: threads, seed: 2))
  }

  /// Oracle: one explanation a text and candidate, by the method `attention` itself.
  @Test func theLiftsAreThoseOfSingleExplanations() throws {
    let (model, texts) = (try Fixture("bert-gelu-20x5").model(), Self.texts(10))
    let found = try Self.search(texts)
    var draw = RandomSource(seed: 2, stream: "search_heads").draw(0)
    let order = draw.permutation(10)
    #expect(found.candidates.count == model.card.layers * (model.card.heads + 1))
    for candidate in found.candidates {
      let fusion = candidate.head.map { Value.integer($0) } ?? .text("mean")
      func lift(_ places: some Collection<Int>) throws -> Double {
        var sum = 0.0
        for place in places {
          let question = try Question(model, texts[place])
          let map = try question.explain(
            method: "attention",
            options: ["layer": .integer(candidate.layer), "head_fusion": fusion])
          let truth = try question.explain(method: "leave_one_out")
          sum += try #require(
            Lift.of(map.scores.map(Double.init), in: truth.scores.map { abs(Double($0)) }).value)
        }
        return sum / Double(places.count)
      }
      expectClose(
        try #require(candidate.selectionLift), try lift(order.prefix(5)), absolute: 1e-12)
      expectClose(try #require(candidate.testLift), try lift(order.dropFirst(5)), absolute: 1e-12)
    }
    #expect(found.selection == 5 && found.test == 5)
  }

  /// Oracle: one pass a text shows every head of every layer.
  @Test func allCandidatesAreSeenInOnePassAText() throws {
    let found = try Self.search(Self.texts(9))
    #expect(found.cost == Cost(forwards: 9))
    let lifts = found.candidates.map { $0.selectionLift ?? -.infinity }
    #expect(lifts == lifts.sorted(by: >))
  }

  @Test func threadsChangeNothing() throws {
    let texts = Self.texts(9)
    let (one, many) = (try Self.search(texts), try Self.search(texts, threads: 3))
    #expect(one.comparison == many.comparison && one.averageLift == many.averageLift)
    #expect(one.candidates.map(\.testLift) == many.candidates.map(\.testLift))
  }

  @Test func tooFewTextsAreRefused() throws {
    let error = #expect(throws: AssayError.self) { try Self.search(Self.texts(7)) }
    #expect(error?.description.contains("expected 8 or more") == true)
  }
}
