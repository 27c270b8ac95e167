import Attribution
import Evidence
import ModelSupport
import Models
import TestSupport
import Tensors
import Testing

@testable import Studies

@Suite("The debate on attention")
struct AttentionDebateTests {
  private let execution = Execution(threads: 2)

  private func subject() throws -> (model: Model, inputs: [Input]) {
    let fixture = try Fixture("attention-bilstm-additive")
    return (try fixture.model(), try fixture.lengths.map(fixture.input))
  }

  /// Oracle: the model itself, run under the same edited attention.
  @Test("Attention edited on paper predicts what attention edited in the model does")
  func affine() throws {
    let (model, inputs) = try subject()
    let readings = try model.attentionReadings(inputs, execution)
    for (input, reading) in zip(inputs, readings) {
      let count = reading.visible.count
      let weights = (0..<count).map { Double($0 + 1) / Double(count * (count + 1) / 2) }
      var row = [Float](repeating: 0, count: input.count)
      for (position, weight) in zip(reading.visible, weights) { row[position] = Float(weight) }
      let edit = Intervention(.replace(Tensor(row, shape: [1, input.count])))
      let found = try model.predict([input], interventions: [[edit]]).probabilities[0]
      expectClose(reading.probabilities(weights), found, absolute: 1e-6)
    }
  }

  /// Oracle: central differences of the probability in the embedding, attention put back by hand.
  @Test("The detached gradient leaves the path through attention out")
  func detached() throws {
    let (model, inputs) = try subject()
    let readings = try model.attentionReadings(inputs, execution)
    let held = try TokenImportance.gradients(.detached, model, inputs, readings, execution)
    let free = try TokenImportance.gradients(.attached, model, inputs, readings, execution)
    #expect(held[2].count == readings[2].visible.count)
    #expect(zip(held[2], free[2]).contains { abs($0 - $1) > 1e-4 * abs($1) })
    let input = inputs[1]
    let (pattern, words) = (
      try model.attention(input)[0], try model.embeddings(input, execution)
    )
    let position = readings[1].visible.lowerBound
    let width = words.shape[1]
    func probability(_ factor: Float) throws -> Double {
      let row = words.slices(position..<position + 1).scaled(by: factor, execution)
      let edits = [
        Intervention(.replace(pattern)),
        Intervention(
          .patch(row.reshaped([1, width])), keys: [position], site: .embedding),
      ]
      return try model.predict([input], interventions: [edits]).probabilities[0][1]
    }
    let slope = try (probability(1.01) - probability(0.99)) / 0.02
    expectClose(held[1][0], abs(slope), relative: 0.02, absolute: 1e-4)
  }

  /// Oracle: attribution's own removal by deletion.
  @Test("Leaving one out is the removal operator delete")
  func leaveOneOut() throws {
    let (model, inputs) = try subject()
    let readings = try model.attentionReadings(inputs, execution)
    let found = try TokenImportance.leaveOneOut(model, inputs, readings, execution)
    let question = try Question(model, inputs[2], execution: execution)
    let ablation = try question.ablate(readings[2].visible.map { [$0] }, by: .delete)
    expectClose(
      found[2], (0..<readings[2].visible.count).map(ablation.distance), absolute: 1e-6)
  }

  @Test("An adversary moves attention and keeps the prediction, whatever the threads")
  func adversary() throws {
    let (model, inputs) = try subject()
    let readings = try model.attentionReadings(inputs, execution)
    var search = AttentionSearch()
    search.steps = 300
    let found = try search.search(readings, execution)
    let again = try search.search(readings, Execution(threads: 1))
    for (index, one) in found.enumerated() {
      #expect(one == again[index])
      #expect(one.allSatisfy { $0.divergence >= 0 && $0.divergence <= 0.6932 })
      #expect(one.allSatisfy { abs($0.weights.reduce(-1, +)) < 1e-9 })
    }
    let free = AttentionReading(
      visible: 1..<5, attention: [0.97, 0.01, 0.01, 0.01],
      tokenScores: Array(repeating: [0.2, -0.2], count: 4), probabilities: [0.6, 0.4])
    // The scores are the same wherever attention lies, so nothing holds it back.
    let unbound = try AttentionSearch().search([free], execution)[0]
    #expect(unbound.map(\.divergence).max() ?? 0 > 0.5)
  }

  @Test("Reordering equal weights changes nothing")
  func permutation() {
    let reading = AttentionReading(
      visible: 1..<4, attention: [1.0 / 3, 1.0 / 3, 1.0 / 3],
      tokenScores: [[1, 0], [0, 2], [0, 0]], probabilities: [0.4, 0.6])
    let one = reading.probabilities(reading.attention)
    let centred = AttentionReading(
      visible: 1..<4, attention: reading.attention, tokenScores: reading.tokenScores,
      probabilities: one)
    #expect(TokenImportance.permutations(10, [centred], execution)[0] < 1e-12)
  }
}
