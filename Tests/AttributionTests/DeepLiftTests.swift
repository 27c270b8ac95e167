import Autodiff
import Kernels
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

/// DeepLIFT: captum where its rules are the paper's, and what must hold of any rules.
@Suite struct DeepLiftTests {
  /// Oracle: captum's DeepLift on linear layers, ReLU and tanh.
  @Test func theRescaleRuleEqualsCaptum() throws {
    let file = try SafetensorsFile(Fixture.root + "/methods/deep_lift.safetensors")
    let (input, baseline) = (try file.tensor("input"), try file.tensor("baseline"))
    let tape = Tape(Execution(), keepsEverything: true)
    let points = tape.watch(.concatenated([input, baseline]))
    var value = points
    for (layer, activation) in [(0, Activation.relu), (2, .tanh), (4, .identity)] {
      value = try tape.apply(
        Linear(layout: .outputByInput, activation: activation, panels: nil),
        [
          value, .constant(try file.tensor("\(layer).weight")),
          .constant(try file.tensor("\(layer).bias")),
        ])
    }
    let cotangent = Tensor((0..<6).flatMap { $0 < 3 ? [0, 1] : [0, 0] }, shape: [6, 2])
    let multipliers = try tape.gradients(
      of: value, cotangent: cotangent, to: [points], rules: DeepLiftRules.all)[0]
    let difference = input.adding(baseline.scaled(by: -1, tape.execution), tape.execution)
    let attributions = difference.multipliedElements(
      by: multipliers.slices(0..<3), tape.execution)
    expectCloseToLargest(
      attributions.scalars, try file.tensor("attributions").scalars, tolerance: 1e-5)
  }

  /// Oracle: summation to delta, to the precision of a forward pass, through every rule.
  @Test(arguments: GoldenMethods.cases.indices, ["zero", "pad"])
  func theScoresSumToTheChange(_ fixture: Int, _ baselines: String) throws {
    let (name, length) = GoldenMethods.cases[fixture]
    let explanation = try GoldenMethods(name, length).question.explain(
      method: "deep_lift", options: ["baselines": .text(baselines)])
    let size = explanation.scores.reduce(0) { $0 + abs($1) }
    #expect(abs(try #require(explanation.convergenceDelta)) < 1e-5 * Double(size))
    #expect(explanation.proof[0].passed)
  }

  /// Oracle: the gradient, which the multipliers become as the baseline approaches the input.
  @Test(arguments: GoldenMethods.cases.indices)
  func nearTheInputTheMultipliersAreTheGradient(_ fixture: Int) throws {
    let (name, length) = GoldenMethods.cases[fixture]
    let question = try GoldenMethods(name, length).question
    let (embedding, gradient, _, _) = try question.embeddingGradient(.logit)
    var draw = RandomSource(seed: 1, stream: "nearby").draw(0)
    let baseline = embedding.addingNoise(1e-4, &draw)
    let explanation = try question.explain(
      method: "deep_lift", options: ["baselines": .tensor(baseline)])
    let products = embedding.adding(baseline.scaled(by: -1, question.execution), question.execution)
      .multipliedElements(by: gradient, question.execution)
    expectCloseToLargest(
      explanation.scores, (0..<length).map { products.rowSum($0) }, tolerance: 5e-3, name)
  }

  /// Oracle: summation to delta, through one query's softmax, a convolution with its ReLU, biased scores,
  /// norms of heads, and norms whose gain starts at one. (Where everything is zero, norms behind every
  /// branch multiply without bound: there the method's own proof fails.)
  @Test(arguments: [
    ("attention-average-additive", "zero"), ("attention-average-dot", "zero"),
    ("attention-cnn-additive", "zero"), ("attention-cnn-dot", "zero"), ("mpnet-18x3", "zero"),
    ("qwen3-24x4", "zero"), ("gemma3-24x4", "pad"),
  ])
  func theScoresOfOtherOperationsSumToTheChange(_ name: String, _ baselines: String) throws {
    let fixture = try Fixture(name)
    for length in fixture.lengths {
      let question = try Question(fixture.model(), fixture.input(length))
      let explanation = try question.explain(
        method: "deep_lift", options: ["baselines": .text(baselines)])
      let size = explanation.scores.reduce(1e-3) { $0 + abs($1) }
      #expect(abs(try #require(explanation.convergenceDelta)) < 1e-4 * Double(size), "\(length)")
    }
  }

  @Test func aRecurrenceIsRefusedAndNotReplacedByItsGradient() throws {
    let fixture = try Fixture("attention-bilstm-additive")
    let question = try Question(fixture.model(), fixture.input(fixture.lengths[1]))
    let error = #expect(throws: AssayError.self) { try question.explain(method: "deep_lift") }
    #expect(error?.kind == .unsupported && error?.subject == "deep_lift")
    #expect(error?.found == "the operation bidirectional_lstm")
  }

  /// Oracle: the list of what is refused, and why: nonlinear steps without a rule, which no forward
  /// pass that DeepLift asks for contains but the recurrence, and objectives of training. An
  /// operation that is added must be decided on.
  @Test func everyOperationHasARuleOrIsRefused() throws {
    let refused: Set<String> = [
      "bidirectional_lstm", "attention", "edit_pattern", "dropout", "cross_entropy",
      "output_distance", "attention_divergence", "attention_share", "withheld_attention",
    ]
    let names = try operationNames()
    #expect(names.count > 20 && refused.isSubset(of: names))
    for name in names {
      #expect(DeepLiftRules.all.covers(name) != refused.contains(name), "\(name)")
    }
    #expect(DeepLiftRules.linear.isSubset(of: names))
  }

  /// Oracle: (a − b)/ln(a/b) by hand, and continuity where the series takes over.
  @Test func theLogarithmicMeanIsContinuous() {
    #expect(abs(DeepLiftRules.logarithmicMean(1, 2) - 1.4426950408889634) < 1e-14)
    #expect(DeepLiftRules.logarithmicMean(0.25, 0.25) == 0.25)
    #expect(DeepLiftRules.logarithmicMean(0, 0.5) == 0)
    let (below, above) = (1.0019989, 1.0020031)
    for b in [below, above] {
      let direct = (b - 1) / logarithm(b)
      #expect(abs(DeepLiftRules.logarithmicMean(1, b) - direct) < 1e-12)
    }
  }
}
