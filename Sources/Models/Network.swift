import Autodiff
import Kernels
import Tensors

/// What answers requests: computed here block by block (`BlockNetwork`), or by somebody outside
/// (`GlassBox`).
package protocol Network: Sendable {
  var card: ModelCard { get }
  /// Every weight by its full name in the checkpoint.
  var parameters: [Parameter] { get }
  /// Names of weights that a forward pass only looks up, by token id: a training step changes few of
  /// their rows.
  var lookedUp: Set<String> { get }
  /// The places of a block that exist in this family.
  var places: [Site.Place] { get }
  /// How many patterns of all its heads a block makes at once when nobody looks at them.
  var patternsAtOnce: Double { get }
  /// How many bytes of intermediate values one run may have; nil leaves it to the call.
  var memoryBudget: Int? { get }

  /// What a request comes to on a batch: the one place where a request becomes a run. Inputs and
  /// interventions were validated.
  func run(_ batch: Batch, _ request: Request, on tape: Tape) throws(AssayError) -> Run
  /// How the attention of block `layer` writes to the stream; nil when it cannot be taken apart.
  func mixing(_ layer: Int) -> Mixing?
  /// The gradient of a target with respect to an input, where it is told and not computed.
  func inputGradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor?
}

/// A network as a line of blocks over a residual stream, written once a family.
///
/// The forward pass calls `embed`, every block, `final`, then `readOut`; each value that can be seen or
/// edited goes through `pass.site`.
package protocol BlockNetwork: Network {
  /// The residual stream entering block 0, `[total tokens, width]`.
  func embed(_ pass: ForwardPass) throws(AssayError) -> Variable
  /// The residual stream after block `index`.
  func block(_ index: Int, _ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
  /// The residual stream as the head reads it, `[total tokens, width]`: after the norm that ends the
  /// network, where there is one.
  func final(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
  /// The head's scores `[sequences, labels]`; a network without a head returns its pooled state
  /// `[sequences, width]`.
  func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
}

extension Network {
  package var lookedUp: Set<String> { [] }

  /// Attention goes head by head.
  package var patternsAtOnce: Double { 0 }

  package var memoryBudget: Int? { nil }

  /// Nothing is told: what the network computes can be differentiated.
  package func inputGradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor? { nil }
}

extension BlockNetwork {
  /// The stream itself: post-norm blocks end in a norm of their own.
  package func final(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    hidden
  }

  /// One pass through the blocks on the tape.
  package func run(
    _ batch: Batch, _ request: Request, on tape: Tape
  ) throws(AssayError) -> Run {
    let pass = ForwardPass(tape, batch, request, card: card)
    var hidden: Variable
    if let resume = request.resume {
      hidden = .constant(resume.hidden)
    } else {
      hidden = try embed(pass)
    }
    for index in (request.resume?.block ?? 0)..<(request.stop ?? card.layers) {
      hidden = try pass.site(.block(index, .input), hidden)
      hidden = try block(index, hidden, pass)
      hidden = try pass.site(.block(index, .output), hidden)
    }
    hidden = try pass.site(.final, final(hidden, pass))
    return Run(try readOut(hidden, pass), pass)
  }
}

/// One weight and its name in the checkpoint.
package struct Parameter: Sendable {
  package let name: String
  package let tensor: Tensor
  /// The precision of products with it, where it is a matrix that is packed.
  package let precision: Precision

  package init(name: String, tensor: Tensor, precision: Precision = .float32) {
    self.name = name
    self.tensor = tensor
    self.precision = precision
  }
}
