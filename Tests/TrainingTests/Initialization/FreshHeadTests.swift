import ModelSupport
import Models
import Tensors
import Testing
import Values

@testable import Training

@Suite("New heads")
struct FreshHeadTests {
  /// The fixtures without labels, bare or of words.
  static let unlabelled = Fixture.all.filter { $0.card.labels.isEmpty && $0.card.grid == nil }

  private func configuration(_ fixture: Fixture) throws -> Configuration {
    try Checkpoint(folder: fixture.path, mapped: true).configuration
  }

  /// Oracle: loading, which throws for a tensor that is missing, left over or misshapen; and the model
  /// itself, whose encoder keeps every weight.
  @Test(
    "An encoder of every kind of checkpoint keeps its weights under a new head",
    arguments: unlabelled)
  func heads(fixture: Fixture) throws {
    let old = try fixture.model()
    let made = try FreshHead.on(
      old, configuration(fixture), labels: ["no", "perhaps", "yes"], seed: 3)
    let model = try Model(made)
    #expect(model.card.family == old.card.family)
    #expect(model.card.labels == ["no", "perhaps", "yes"])
    #expect(model.card.problem == .singleLabel)
    #expect(
      model.card.readOut == (model.card.masks[0] == .none ? .first : .last)
        || model.card.family == "modernbert")
    let new = Dictionary(
      uniqueKeysWithValues: model.network.parameters.map { ($0.name, $0.tensor.scalars) })
    // ModernBERT's words have a head of the same names, which is not the encoder's.
    for parameter in old.network.parameters where !parameter.name.hasPrefix("head.") {
      let kept = new.first { $0.key == parameter.name || $0.key.hasSuffix("." + parameter.name) }
      if let kept {
        let isSame = kept.value == parameter.tensor.scalars
        #expect(isSame, "\(parameter.name)")
      }
    }
    #expect(new.count >= old.network.parameters.count - 6)
    try model.requireTrainable()
  }

  @Test("Every plan is one of a registered family")
  func families() {
    let known = Set(Families.all.map(\.name))
    #expect(FreshHead.plans.allSatisfy { known.contains($0.key) })
  }

  @Test("The seed decides the new weights and nothing else; biases begin at zero")
  func seeds() throws {
    let fixture = try Fixture("bert-bare-20x1")
    let (model, configuration) = (try fixture.model(), try configuration(fixture))
    func made(_ seed: UInt64) throws -> Checkpoint {
      try FreshHead.on(model, configuration, labels: ["no", "yes"], seed: seed)
    }
    let (one, same, other) = (try made(1), try made(1), try made(2))
    let scores = "classifier.weight"
    #expect(try one.tensor(scores).scalars == same.tensor(scores).scalars)
    #expect(try one.tensor(scores).scalars != other.tensor(scores).scalars)
    #expect(try one.tensor("classifier.bias").scalars == [0, 0])
    for name in one.names where !name.hasPrefix("classifier.") {
      #expect(try one.tensor(name).scalars == other.tensor(name).scalars, "\(name)")
    }
  }

  @Test("What takes no new head says what does")
  func refusals() throws {
    let classifier = try Fixture("bert-gelu-20x5")
    let has = #expect(throws: AssayError.self) {
      try FreshHead.on(
        classifier.model(), configuration(classifier), labels: ["a", "b"], seed: 0)
    }
    #expect(has?.description.contains("one without labels") == true)
    let picture = try Fixture("vit-bare-20x5")
    let family = #expect(throws: AssayError.self) {
      try FreshHead.on(picture.model(), configuration(picture), labels: ["a", "b"], seed: 0)
    }
    #expect(family?.description.contains("gpt2") == true)
    let bare = try Fixture("bert-bare-20x1")
    for labels in [[], ["a"], ["a", "a"]] {
      let error = #expect(throws: AssayError.self) {
        try FreshHead.on(bare.model(), configuration(bare), labels: labels, seed: 0)
      }
      #expect(error?.kind == .input)
    }
  }
}
