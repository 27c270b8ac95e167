// Oracles: a text that says its label, the same bits on any number of threads, and a model that reads
// back as it was.

import Assay
import Foundation
import Testing

private let texts = (0..<24).map { $0 % 2 == 0 ? "a fine film \($0)" : "a dull film \($0)" }
private let labels = (0..<24).map { $0 % 2 == 0 ? "good" : "bad" }

@Suite struct PublicTrainingTests {
  private func fitted(threads: Int) throws -> TrainedModel {
    var classifier = AttentionClassifier(.average)
    (classifier.hiddenSize, classifier.embeddingSize) = (8, 8)
    var plan = TrainingPlan.attentionClassifier
    (plan.epochs, plan.learningRate) = (6, 0.05)
    return try classifier.fit(
      texts, labels: labels, plan: plan, execution: Execution(threads: threads, seed: 1))
  }

  @Test func aClassifierLearnsWhatTheTextsSay() async throws {
    let trained = try fitted(threads: 1)
    #expect(trained.history.count == 6)
    #expect(trained.history.last?.accuracy == 1)
    let prediction = try await trained.model.predict(["a fine play", "a dull play"])
    #expect(prediction.labels == ["good", "bad"])
    #expect(try await trained.model.verify("a fine play").explanation.method == "attention")
    let other = try await fitted(threads: 2).model.predict(["a fine play", "a dull play"])
    #expect(other.logits.scalars == prediction.logits.scalars)
    try await Places.temporary { folder in
      try trained.save(folder)
      let read = try await Model.load(folder).predict(["a fine play", "a dull play"])
      #expect(read.logits.scalars == prediction.logits.scalars)
      #expect(read.labels == prediction.labels)
    }
  }

  @Test func aModelIsTunedAndTheGivenOneStays() throws {
    let model = try demo()
    let before = try model.predict(film).logits.scalars
    var plan = TrainingPlan.fineTuning
    plan.epochs = 3
    let tuned = try model.fineTune(
      ["a fine film", "a dull film"],
      labels: ["negative", "positive"].map { name in
        model.label((try? model.target(name).label) ?? 0)
      }, parameters: .head, plan: plan)
    #expect(tuned.history.count == 3)
    #expect(try tuned.model.predict(film).logits.scalars != before)
    #expect(try model.predict(film).logits.scalars == before)
  }

  @Test func aTrainingThatIsStoppedGoesOn() async throws {
    try await Places.temporary { folder in
      var classifier = AttentionClassifier(.average)
      (classifier.hiddenSize, classifier.embeddingSize) = (8, 8)
      var plan = TrainingPlan.attentionClassifier
      (plan.epochs, plan.state) = (4, folder + "/state.safetensors")
      let whole = try await classifier.fit(texts, labels: labels, plan: plan)
      let again = try await classifier.fit(texts, labels: labels, plan: plan)
      let (first, second) = (
        try await whole.model.predict([film]), try await again.model.predict([film])
      )
      #expect(first.logits.scalars == second.logits.scalars)
      let other = await #expect(throws: AssayError.self) {
        try await classifier.fit(texts, labels: labels.reversed(), plan: plan)
      }
      #expect(other?.kind == .checkpoint)
    }
  }

  @Test func labelsThatDoNotFitAreRefused() throws {
    let classifier = AttentionClassifier(.average)
    let one = #expect(throws: AssayError.self) {
      try classifier.fit(["a", "b"], labels: ["same", "same"])
    }
    #expect(one?.description.contains("two or more") == true)
    let few = #expect(throws: AssayError.self) { try classifier.fit(["a"], labels: []) }
    #expect(few?.description.contains("one label a text") == true)
    let unknown = #expect(throws: AssayError.self) {
      try demo().fineTune(["a"], labels: ["unheard"])
    }
    #expect(unknown?.kind == .input)
  }
}
