import Attribution
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Evidence
@testable import Studies

@Suite struct AdversarialTests {
  private func examination(
    _ planted: PlantedModel, _ method: String
  ) throws -> Examination {
    let question = try Question(planted.model, planted.input)
    let explanation = try question.explain(method: method)
    let options = try Options([:], for: try Methods.named(method).info.options, subject: method)
    return Examination(
      question, explanation: explanation, scores: explanation.scores.map(Double.init),
      units: try Units(.token, question, spans: nil),
      scope: try Methods.named(method).scope(question, options), settings: planted.settings())
  }

  /// Oracle: the method itself, and central differences of the map in double precision.
  @Test(arguments: Methods.all.map(\.info.name))
  func theMapIsTheMethodsAndItsPullbackTheDerivative(method: String) throws {
    let planted = try PlantedModel(DeepSelector(), purpose: "test", number: 3, seed: 1)
    let examination = try examination(planted, method)
    guard let map = examination.map else { return }
    let ground = try ExaminedAttention(map, examination)
    var attention = map.layers.indices.map { layer in
      Array(ground.attention[layer * map.width..<(layer + 1) * map.width])
    }
    let (value, pullback) = map(attention)
    expectClose(
      examination.question.positions.map { value[$0] }, examination.scores, absolute: 1e-6)

    var numbers = TestNumbers(seed: 7)
    let cotangent = (0..<map.keys).map { _ in numbers.floats(1)[0] }.map(Double.init)
    let gradients = pullback(cotangent)
    for layer in map.layers.indices {
      for _ in 0..<10 {
        let index = numbers.integer(in: 0...map.width - 1)
        let kept = attention[layer][index]
        func along(_ change: Double) -> Double {
          attention[layer][index] = kept + change
          defer { attention[layer][index] = kept }
          return zip(map(attention).map, cotangent).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let slope = (along(1e-4) - along(-1e-4)) / 2e-4
        expectClose(gradients[layer][index], slope, absolute: 1e-8)
      }
    }
  }

  /// Oracle: central differences of the distance under replaced attention, in single precision.
  @Test func theGradientOfTheDistanceIsItsDerivative() throws {
    let planted = try PlantedModel(Selector(), purpose: "test", number: 3, seed: 1)
    let examination = try examination(planted, "attention")
    let map = try #require(examination.map)
    let ground = try ExaminedAttention(map, examination)
    let uniform = [Double](repeating: 1 / Double(map.keys), count: map.width)
    let (_, gradients) = try ground.outputs([uniform], above: 0)
    let gradient = try #require(gradients[0])
    for index in [0, 1, map.keys - 1] {
      func distance(_ change: Double) throws -> Double {
        var moved = uniform
        moved[index] += change
        return try ground.outputs([moved], above: 0).distances[0]
      }
      let slope = try (distance(0.02) - distance(-0.02)) / 0.04
      expectClose(gradient[index], slope, relative: 0.02, absolute: 1e-3)
    }
  }

  /// Oracle: a spare copy of the evidence lets the whole map move; a lone marker does not.
  @Test func theSearchFindsTheSpareCopyAndNothingForALoneMarker() throws {
    let spare = try PlantedModel(Spare(), purpose: "test", number: 1, seed: 1)
    let found = try Adversarial().result(try examination(spare, "attention"))
    #expect(found.outcome == .inconclusive && (found.statistic ?? 0) > 0.8)
    let lone = try PlantedModel(Selector(), purpose: "test", number: 1, seed: 1)
    let nothing = try Adversarial().result(try examination(lone, "attention"))
    #expect(nothing.outcome == .supports && (nothing.statistic ?? 1) < 0.5)
  }

  /// Oracle: the protocol of Jain & Wallace on paper (`AttentionReading`), from the same starts: closed
  /// forms in double precision there, the model's own passes in single precision here.
  @Test func onAnAttentionClassifierItIsThePublishedProtocol() throws {
    let fixture = try Fixture("attention-bilstm-additive")
    let model = try fixture.model()
    for length in fixture.lengths {
      let question = try Question(model, try fixture.input(length))
      let explanation = try question.explain()
      #expect(explanation.method == "attention")
      let method = try Methods.named("attention")
      let options = try Options([:], for: method.info.options, subject: "attention")
      let examination = Examination(
        question, explanation: explanation, scores: explanation.scores.map(Double.init),
        units: try Units(.token, question, spans: nil),
        scope: method.scope(question, options), settings: Settings())
      let map = try #require(examination.map)
      let ground = try ExaminedAttention(map, examination)
      let source = RandomSource(seed: 3, stream: "test")
      var (ours, theirs) = (source.draw(length), source.draw(length))
      var search = SearchPlan.published.search(Thresholds())
      search.steps = 80
      let reading = try model.attentionReadings([question.input], Execution())[0]
      let expected = search.run(reading, from: search.randomStarts(reading, &theirs)).last
      let found = try search.run(ground, from: search.randomStarts(ground, &ours))
      expectClose(found.last.map(\.divergence), expected.map(\.divergence), absolute: 1e-4)
      expectClose(found.last.map(\.distance), expected.map(\.distance), absolute: 1e-4)
    }
  }
}
