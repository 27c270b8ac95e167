import Models
import Tensors
import Values

extension OptionSpec {
  /// What of the head a gradient method differentiates.
  static let output = OptionSpec(
    "output", .choice(Output.allCases.map(\.rawValue)), default: .text("logit"),
    "what is differentiated: the logit, its probability, or the logarithm of that")

  /// Where a path to the input starts.
  static let baselines = OptionSpec(
    "baselines", .choiceOrArray(["zero", "pad", "mask", "unk", "mean"]), default: .text("zero"),
    "the embedding of explained tokens at the start: zeros, the pad, mask or unknown token's, the "
      + "mean of the explained tokens', or an array [tokens, width]; special tokens keep their own")

  /// How a token's gradient becomes one number.
  static let norm = OptionSpec(
    "norm", .choice(["l2", "l1", "sum"]), default: .text("l2"),
    "how a token's gradient becomes one number; sum is signed")
}

extension Options {
  var output: Output { Output(rawValue: text("output")) ?? .logit }
}

extension Question {
  /// The target's value for the input with other embeddings, one each.
  func values(embeddings: [Tensor], _ output: Output) throws(AssayError) -> [Double] {
    let inputs = Array(repeating: input, count: embeddings.count)
    let chunks = model.chunks(of: inputs, execution)
    return try model.inPieces(chunks, execution) { chunk, execution throws(AssayError) in
      var request = Request()
      request.embeddings = .concatenated(Array(embeddings[chunk]))
      let run = try model.run(Array(inputs[chunk]), request, execution)
      return (0..<chunk.count).map { row in
        model.card.value(target, output, logits: run.output.value.slices(row..<row + 1).scalars)
      }
    }.flatMap { $0 }
  }

  /// Compares a gradient with a central difference along its own direction (2 forward passes).
  func finiteDifferenceProof(
    _ embedding: Tensor, _ gradient: Tensor, _ output: Output
  ) throws(AssayError) -> Proof {
    let norm = gradient.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let name = "gradient agrees with a finite difference"
    guard norm > 1e-12 else { return Proof(name, value: 0, tolerance: 0.02) }
    let size = embedding.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let step = Float(0.003 * max(size, 1e-3) / norm)
    let up = embedding.adding(gradient.scaled(by: step, execution), execution)
    let down = embedding.adding(gradient.scaled(by: -step, execution), execution)
    let sides = try values(embeddings: [up, down], output)
    let measured = (sides[0] - sides[1]) / (2 * Double(step) * norm)
    return Proof(name, value: abs(measured - norm) / norm, tolerance: 0.02)
  }
}
