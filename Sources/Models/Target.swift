import Tensors

/// The scalar that an explanation is about.
public enum Target: Sendable, Equatable {
  /// The score of one label.
  case label(Int)
  /// The score of the first label minus that of the second.
  case contrast(Int, Int)

  /// The label whose probability checks watch: the first one of a contrast.
  public var label: Int {
    switch self {
    case .label(let index), .contrast(let index, _): index
    }
  }

  /// - Throws: `option` when a label does not exist or a contrast names one label twice.
  package func validate(labels: Int) throws(AssayError) {
    let indices =
      switch self {
      case .label(let index): [index]
      case .contrast(let a, let b): [a, b]
      }
    if let wrong = indices.first(where: { $0 < 0 || $0 >= labels }) {
      throw AssayError(.option, "target", expected: "a label in 0..<\(labels)", found: "\(wrong)")
    }
    if indices.count == 2, indices[0] == indices[1] {
      throw AssayError(
        .option, "target", expected: "two different labels", found: "\(indices[0]) twice")
    }
  }
}

/// What of the head is differentiated.
public enum Output: String, Sendable, CaseIterable {
  /// The score itself.
  case logit
  /// Its probability, whose gradient vanishes when the model is sure.
  case probability
  /// The logarithm of its probability.
  case logProbability = "log_probability"
}

extension ModelCard {
  /// Whether scores become probabilities by a sigmoid each rather than one softmax.
  var usesSigmoid: Bool { problem == .multiLabel || scoreCount == 1 }

  /// Probabilities of one row of scores; the scores themselves for a regression.
  package func probabilities(_ logits: [Float]) -> [Double] {
    let scores = logits.map(Double.init)
    if problem == .regression { return scores }
    if usesSigmoid { return scores.map { 1 / (1 + exponential(-$0)) } }
    let highest = scores.max() ?? 0
    let powers = scores.map { exponential($0 - highest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The logarithm of one label's probability, finite where the probability itself vanishes.
  package func logProbability(of index: Int, _ logits: [Float]) -> Double {
    let scores = logits.map(Double.init)
    if usesSigmoid {
      let x = scores[index]
      return min(x, 0) - logarithm(1 + exponential(-abs(x)))
    }
    let highest = scores.max() ?? 0
    return scores[index] - highest
      - logarithm(scores.reduce(0) { $0 + exponential($1 - highest) })
  }

  /// The label a row of scores predicts; a single score predicts itself.
  package func predicted(_ logits: [Float]) -> Int {
    logits.indices.max { logits[$0] < logits[$1] } ?? 0
  }

  /// ∂(output of target)/∂logits for one row of scores.
  package func cotangent(_ target: Target, _ output: Output, logits: [Float]) -> [Float] {
    switch target {
    case .label(let index): return labelCotangent(index, output, logits)
    case .contrast(let a, let b):
      return zip(labelCotangent(a, output, logits), labelCotangent(b, output, logits)).map(-)
    }
  }

  // d p_c = p_c (e_c − p) for a softmax, p_c (1 − p_c) e_c for a sigmoid; d log p_c = d p_c / p_c.
  private func labelCotangent(_ index: Int, _ output: Output, _ logits: [Float]) -> [Float] {
    var result = [Double](repeating: 0, count: logits.count)
    result[index] = 1
    guard output != .logit, problem != .regression else { return result.map(Float.init) }
    let p = probabilities(logits)
    for j in result.indices {
      result[j] = usesSigmoid ? result[j] * (1 - p[j]) : result[j] - p[j]
      if output == .probability { result[j] *= p[index] }
    }
    return result.map(Float.init)
  }

  /// The value of the output for one row of scores.
  package func value(_ target: Target, _ output: Output, logits: [Float]) -> Double {
    func one(_ index: Int) -> Double {
      switch output {
      case .logit: Double(logits[index])
      case .probability: probabilities(logits)[index]
      case .logProbability: logarithm(probabilities(logits)[index])
      }
    }
    switch target {
    case .label(let index): return one(index)
    case .contrast(let a, let b): return one(a) - one(b)
    }
  }
}
