import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Attribution

/// Methods made of attention against torch loops written from the papers' formulas, and flow
/// against networkx.
@Suite struct AttentionMethodTests {
  /// A golden name, the method and its options.
  static let methods: [(golden: String, method: String, options: [String: Value])] = [
    ("attention_gradient", "attention_gradient", [:]),
    ("attention_times_gradient", "attention_times_gradient", [:]),
    ("attention_norms", "attention_norms", [:]),
    ("attention_norms.residual", "attention_norms", ["residual": .bool(true)]),
    (
      "attention_norms.layer_norm", "attention_norms",
      ["residual": .bool(true), "layer_norm": .bool(true)]
    ),
    ("alti", "alti", [:]),
    ("value_zeroing", "value_zeroing", [:]),
    ("attention_flow", "attention_flow", [:]),
  ]

  /// Oracle: torch 2.13 in double precision; tolerance for single-precision states.
  @Test(arguments: methods.indices, GoldenMethods.cases.indices)
  func aMethodEqualsItsFormulaInTorch(_ index: Int, _ fixture: Int) throws {
    let method = Self.methods[index]
    let (name, length) = GoldenMethods.cases[fixture]
    let golden = try GoldenMethods(name, length)
    let explanation = try golden.question.explain(method: method.method, options: method.options)
    expectCloseToLargest(
      explanation.scores, try golden.scores(method.golden), tolerance: 1e-5,
      "\(method.golden) of \(name) at \(length)")
  }

  /// Oracle: the forward pass, whose attention branch is the vectors of all keys plus the bias of
  /// the output projection.
  @Test func theVectorsOfAllKeysAddUpToTheBranch() throws {
    let golden = try GoldenMethods("bert-gelu-20x5", 7)
    let question = golden.question
    let contributions = try question.contributions(1)
    var request = Request()
    request.keep = [.block(1, .attentionOutput)]
    let run = try question.model.run([question.input], request, question.execution)
    let branch = try #require(run.value(.block(1, .attentionOutput), sequence: 0))
    let sum = (0..<7).map { contributions.vectors(from: $0) }
      .reduce(Tensor.zeros([7, 20])) { $0.adding($1, question.execution) }
    let parameter = question.model.network.parameters.first {
      $0.name == "bert.encoder.layer.1.attention.output.dense.bias"
    }
    let bias = try #require(parameter).tensor
    let rows = Tensor.concatenated(Array(repeating: bias.reshaped([1, 20]), count: 7))
    expectCloseToLargest(
      sum.adding(rows, question.execution).scalars, branch.scalars, tolerance: 1e-5)
  }

  /// Oracle: batches of one token at a time are the same computation.
  @Test(arguments: ["value_zeroing", "alti"])
  func theMemoryBudgetChangesNoBit(_ method: String) throws {
    let free = try GoldenMethods("bert-gelu-20x5", 19).question.explain(method: method)
    let tight = try GoldenMethods(
      "bert-gelu-20x5", 19, execution: Execution(memoryBudget: 1)
    ).question.explain(method: method)
    expectBitEqual(free.scores, tight.scores)
  }

  @Test func aHeadThatDoesNotExistIsRefused() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let error = #expect(throws: AssayError.self) {
      try question.explain(
        method: "attention_times_gradient", options: ["head_fusion": .integer(5)])
    }
    #expect(error?.expected == "a head in 0..<5")
  }
}
