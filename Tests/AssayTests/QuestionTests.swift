// Oracles: relations that must hold (probabilities and rows of attention sum to 1, an audited row is its
// verdict, a gradient is a difference), and the registries themselves.

import Assay
import Foundation
import Testing

@Suite struct QuestionTests {
  @Test func aTextIsPredictedByName() throws {
    let prediction = try demo().predict([film, "a dull mess"])
    #expect(prediction.labels.map { $0.lowercased() } == ["positive", "negative"])
    for row in prediction.probabilities { #expect(abs(row.reduce(0, +) - 1) < 1e-6) }
  }

  @Test func anInterventionChangesThePrediction() throws {
    let model = try demo()
    let before = try model.predict(film)
    let cut = Intervention(.knockOut(renormalise: true), keys: [2])
    #expect(try model.predict(film, interventions: [cut]).logits.scalars != before.logits.scalars)
    #expect(try model.predict(film, interventions: []).logits.scalars == before.logits.scalars)
    let each = try model.predict([film, film], interventionsOfEach: [[], [cut]])
    #expect(each.logits(of: 0) == before.logits(of: 0))
    #expect(each.logits(of: 1) != before.logits(of: 0))
  }

  @Test func keptSitesAreReturned() throws {
    let model = try demo()
    let kept = try model.predict(film, keep: [.pattern(0)]).kept[.pattern(0)]
    #expect(kept?.first?.scalars == (try model.attention(film)[0].scalars))
  }

  @Test func aGradientIsADifference() throws {
    let model = try demo()
    let gradient = try model.gradient(film, target: try model.target("positive"))
    let tokens = try model.tokenize(film)
    #expect(gradient.shape == [tokens.count, model.card.width])
    let step: Float = 1e-2
    let state = try model.predict(film, keep: [.embedding]).kept[.embedding]?.first
    let values = try #require(state).scalars
    let length = gradient.scalars.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let moved = zip(values, gradient.scalars).map { $0 + step * $1 / length }
    let patch = Intervention(.patch(Tensor(moved, shape: gradient.shape)), site: .embedding)
    let place = try model.target("positive").label
    let after = try model.predict(film, interventions: [patch]).logits(of: 0)[place]
    let before = try model.predict(film).logits(of: 0)[place]
    #expect(abs((after - before) / step - length) < 0.05 * length)
  }

  @Test func attentionIsTracedAndFlows() throws {
    let model = try demo()
    let attention = try model.attention(film)
    let traced = try Assay.rollout(attention)
    let count = traced.shape[0]
    for row in 0..<count {
      let sum = traced.slices(row..<row + 1).scalars.reduce(0, +)
      #expect(abs(sum - 1) < 1e-5)
    }
    let flows = try Assay.flow(attention, sources: [0])
    #expect(flows.count == 1 && flows[0].count == count)
    #expect(flows[0].allSatisfy { (0...1.000001).contains($0) })
    let wrong = #expect(throws: AssayError.self) { try Assay.flow(attention, sources: [0, 0]) }
    #expect(wrong?.subject == "sources")
    let without = #expect(throws: AssayError.self) { try Assay.rollout([]) }
    #expect(without?.kind == .shape)
  }

  @Test func scoresOfOneOrderAgree() throws {
    #expect(try Assay.agreement([3, 1, 2], [30, 10, 20])["kendall"]?.association.value == 1)
  }

  @Test(arguments: Methods.all.map(\.name))
  func everyMethodExplains(_ method: String) throws {
    let model = try demo()
    let explanation = try model.explain("a gripping film", method: method)
    #expect(explanation.method == method)
    #expect(explanation.scores.count == explanation.positions.count)
    #expect(explanation.words().map(\.text) == ["a", "gripping", "film"])
    #expect(try Explanation(record: explanation.record) == explanation)
  }

  @Test func registriesHaveTheirOptions() throws {
    #expect(Methods.all.first { $0.name == "integrated_gradients" }?.options.isEmpty == false)
    #expect(Checks.all.contains { $0.role == .primary })
    #expect(Checks.options.contains { $0.name == "granularity" })
    #expect(Families.all.contains { $0.name == "modernbert" })
    #expect(Methods.standard(for: try demo()) == "attention_rollout")
  }

  @Test func scoresFromAnywhereAreTested() throws {
    let model = try demo()
    let count = try model.tokenize("a gripping film").special.count { !$0 }
    let scores = (0..<count).map { $0 == 1 ? 1.0 : 0.1 }
    let report = try model.verify("a gripping film", explanation: .scores(scores))
    #expect(report.explanation.method == "external")
    #expect(report.highlighted == [2])
    let again = try model.verify(
      "a gripping film", explanation: TestedExplanation(report.explanation))
    #expect(again.verdict == report.verdict)
    let wrong = #expect(throws: AssayError.self) {
      try model.verify("a gripping film", explanation: [1, 2])
    }
    #expect(wrong?.kind == .shape)
  }

  @Test func aSelectionOfChecksRuns() throws {
    let settings = try Settings(["granularity": "word"])
    let report = try demo().verify(
      film, explanation: "attention", checks: .named(["sufficiency"]), settings: settings)
    #expect(report[check: "sufficiency"] != nil)
    #expect(report[check: "sinks"] == nil)
    #expect(report.granularity == .word)
    #expect(report[.consistency] != nil)
  }

  @Test func whatCannotBeReadSaysWhy() throws {
    let bare = try Model.load(Places.bare)
    let text = #expect(throws: AssayError.self) { try bare.verify("a film") }
    #expect(text?.kind == .unsupported)
    #expect(text?.description.contains("tokenizer") == true)
    #expect(try bare.predict([1, 2, 3]).probabilities.count == 1)
    let model = try demo()
    let long = String(repeating: "film ", count: 2000)
    let tooLong = #expect(throws: AssayError.self) { try model.tokenize(long) }
    #expect(tooLong?.description.contains("at most") == true)
    #expect(try model.tokenize(long, truncates: true).count == model.card.maximumLength)
    let nowhere = #expect(throws: AssayError.self) { try Model.load("nowhere") }
    #expect(nowhere?.kind == .model)
    let label = #expect(throws: AssayError.self) { try model.target("unknown") }
    #expect(label?.subject == "target")
  }

  @Test func aCalibrationCounts() throws {
    let found = try calibrate(draws: 2, families: ["selector"], wrongMaps: false)
    #expect(found.totals.recognised.of == 2)
    #expect(try Calibration(record: found.record) == found)
  }
}

extension Prediction {
  fileprivate func logits(of row: Int) -> [Float] { logits.slices(row..<row + 1).scalars }
}
