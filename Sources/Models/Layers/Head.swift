import Autodiff
import Kernels
import Tensors

/// What turns the read-out state into scores.
package struct Head: Sendable {
  /// One step from the state to the scores.
  package enum Step: Sendable {
    case linear(LinearLayer, Activation)
    case norm(any Normalization)
  }

  /// One name a score; empty when the scores are the vocabulary's.
  package let labels: [String]
  package let scoreCount: Int
  package let problem: ProblemType
  package let readOut: ReadOut
  private let steps: [Step]

  /// A head over the labels of the configuration.
  package init(
    labelsOf configuration: Configuration, readOut: ReadOut, _ steps: [Step]
  ) throws(AssayError) {
    labels = try configuration.labels()
    scoreCount = labels.count
    problem = try configuration.problemType(labelCount: labels.count)
    self.readOut = readOut
    self.steps = steps
  }

  /// A head over the token ids: a masked or a causal language model's.
  package init(vocabulary count: Int, readOut: ReadOut, _ steps: [Step]) {
    labels = []
    scoreCount = count
    problem = .singleLabel
    self.readOut = readOut
    self.steps = steps
  }

  package var parameters: [Parameter] {
    steps.flatMap { step in
      switch step {
      case .linear(let layer, _): layer.parameters
      case .norm(let norm): norm.parameters
      }
    }
  }

  /// The parameters without the word table, which belongs to the embeddings.
  package func parameters(besides words: EmbeddingTable) -> [Parameter] {
    parameters.filter { $0.name != words.table.name }
  }

  /// The scores of every state, `[sequences, scores]`.
  package func callAsFunction(
    _ pooled: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    var state = pooled
    for (index, step) in steps.enumerated() {
      switch step {
      case .linear(let layer, let activation):
        if index > 0 { state = try pass.dropout(state) }
        state = try layer(state, activation: activation, pass)
      case .norm(let norm): state = try norm(state, pass)
      }
    }
    return try pass.site(.logits, state)
  }
}

extension ForwardPass {
  /// The scores of the state that the head reads, or without a head that state itself.
  ///
  /// - Parameter pooler: goes between the read-out row and the head, with a tanh.
  package func scores(
    _ hidden: Variable, pooler: LinearLayer? = nil, _ head: Head?
  ) throws(AssayError) -> Variable {
    var pooled = try readOut(hidden)
    if let pooler { pooled = try pooler(pooled, activation: .tanh, self) }
    pooled = try dropout(site(.pooled, pooled))
    return try head.map { head throws(AssayError) in try head(pooled, self) } ?? pooled
  }
}
