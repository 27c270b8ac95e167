import ModelSupport
import Tensors
import Testing

@testable import Models

/// Oracle: the definition; rows are shared by tokens with the same id and type at the same position,
/// unless somebody looks at them one by one.
@Suite struct SharedRowsTests {
  private let inputs = [[7, 8, 9], [7, 8, 9], [7, 9], [7, 8, 9]].map {
    Input(ids: $0, vocabulary: Vocabulary(size: 20))
  }

  private func sharing(
    _ inputs: [Input], _ change: (inout Request) -> Void = { _ in }
  ) -> SharedRows? {
    var request = Request()
    change(&request)
    return SharedRows(request, Batch(inputs))
  }

  @Test func everyKindOfTokenHasOneRow() throws {
    let found = try #require(sharing(inputs))
    #expect(found.first == [0, 1, 2, 7])
    #expect(found.kinds == [0, 1, 2, 0, 1, 2, 0, 3, 0, 1, 2])
  }

  @Test func anotherTypeIsAnotherKind() {
    let other = Input(ids: [7, 8, 9], types: [1, 1, 1], vocabulary: Vocabulary(size: 20))
    #expect(sharing([inputs[0], other]) == nil)
    #expect(sharing([inputs[0], other, inputs[0], other])?.first.count == 6)
  }

  @Test func nothingIsSharedWhereItDoesNotPay() {
    #expect(sharing([inputs[0]]) == nil)
    #expect(sharing([inputs[0], Input(ids: [1, 2, 3], vocabulary: Vocabulary(size: 20))]) == nil)
  }

  @Test func aRowThatIsLookedAtIsItsOwn() {
    for site in [Site.embedding, .block(0, .input)] {
      #expect(sharing(inputs) { $0.keep = [site] } == nil)
      #expect(sharing(inputs) { $0.differentiate = [site] } == nil)
      let patch = Intervention(.patch(.zeros([1, 4])), keys: [0], site: site)
      #expect(sharing(inputs) { $0.interventions = self.inputs.map { _ in [patch] } } == nil)
    }
    #expect(sharing(inputs) { $0.keep = [.block(0, .query), .pattern(0)] } != nil)
    #expect(sharing(inputs) { $0.embeddings = .zeros([11, 4]) } == nil)
    #expect(sharing(inputs) { $0.resume = (1, .zeros([11, 4])) } == nil)
  }
}
