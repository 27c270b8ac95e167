import Models
import Synchronization
import Tensors
import Values

/// What several methods ask of the gradient at one input, computed once for a question and its copies.
///
/// Everything in it is a function of its key alone, so that no explanation depends on which others
/// were asked for; passes count for the one that made them.
final class InputGradients: Sendable {
  /// What is differentiated.
  struct Key: Sendable, Equatable {
    let target: Target
    let output: Output
  }

  /// The gradient with respect to the embedding of the input.
  struct Gradient: Sendable {
    let embedding: Tensor
    let gradient: Tensor
    let value: Double
    /// How far it is from a finite difference; nil until somebody asks.
    var proof: Proof?
  }

  /// The value at one end of a line from a baseline to the input.
  private struct End: Sendable {
    let key: Key
    /// The name of a baseline; nil for the input itself.
    let baseline: String?
    let value: Double
  }

  private struct Known: Sendable {
    var gradients: [(key: Key, gradient: Gradient)] = []
    var ends: [End] = []
  }

  private let known = Mutex(Known())

  subscript(key: Key) -> Gradient? {
    get { known.withLock { known in known.gradients.first { $0.key == key }?.gradient } }
    set {
      known.withLock { known in
        known.gradients.removeAll { $0.key == key }
        if let newValue { known.gradients.append((key, newValue)) }
      }
    }
  }

  /// The value at an end of a line; nil where nobody has asked.
  func end(_ key: Key, _ baseline: String?) -> Double? {
    known.withLock { known in
      known.ends.first { $0.key == key && $0.baseline == baseline }?.value
    }
  }

  func keep(_ value: Double, at baseline: String?, _ key: Key) {
    known.withLock { $0.ends.append(End(key: key, baseline: baseline, value: value)) }
  }
}

extension Question {
  private func key(_ output: Output) -> InputGradients.Key {
    InputGradients.Key(target: target, output: output)
  }

  /// The embedding of the input, the gradient of the target with respect to it, and the passes that
  /// it took now.
  func embeddingGradient(
    _ output: Output
  ) throws(AssayError) -> (embedding: Tensor, gradient: Tensor, value: Double, cost: Cost) {
    if let known = inputGradients[key(output)] {
      return (known.embedding, known.gradient, known.value, Cost())
    }
    let result = try model.gradients(
      [input], targets: [target], output: output, at: [.embedding], execution)[0]
    let (embedding, gradient) = (result.values[0], result.gradients[0])
    inputGradients[key(output)] = InputGradients.Gradient(
      embedding: embedding, gradient: gradient, value: result.value)
    return (embedding, gradient, result.value, Cost(forwards: 1, backwards: 1))
  }

  /// The same, with the proof that the gradient agrees with a finite difference.
  func provenGradient(
    _ output: Output
  ) throws(AssayError) -> (embedding: Tensor, gradient: Tensor, proof: Proof, cost: Cost) {
    let (embedding, gradient, _, cost) = try embeddingGradient(output)
    if let proof = inputGradients[key(output)]?.proof { return (embedding, gradient, proof, cost) }
    let proof = try finiteDifferenceProof(embedding, gradient, output)
    inputGradients[key(output)]?.proof = proof
    return (embedding, gradient, proof, cost + Cost(forwards: 2))
  }

  /// The target's value at the input and at a baseline, and the passes that it took now. Baselines
  /// that have a name are run once.
  func ends(
    _ embedding: Tensor, _ baseline: Tensor, named option: Value, _ output: Output
  ) throws(AssayError) -> (input: Double, baseline: Double, cost: Cost) {
    let key = key(output)
    var name: String?
    if case .text(let text) = option { name = text }
    let known = (
      input: inputGradients.end(key, nil),
      baseline: name.flatMap { inputGradients.end(key, $0) }
    )
    let missing =
      (known.input == nil ? [embedding] : []) + (known.baseline == nil ? [baseline] : [])
    var made = missing.isEmpty ? [] : try values(embeddings: missing, output)[...]
    let input = known.input ?? made.removeFirst()
    let start = known.baseline ?? made.removeFirst()
    if known.input == nil { inputGradients.keep(input, at: nil, key) }
    if known.baseline == nil, let name { inputGradients.keep(start, at: name, key) }
    return (input, start, Cost(forwards: missing.count))
  }
}
