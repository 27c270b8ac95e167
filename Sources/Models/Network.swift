import Autodiff
import Kernels
import Tensors

/// What a network can do; methods and checks state what they need.
public struct Capabilities: OptionSet, Sendable {
  /// One bit a capability.
  public let rawValue: Int
  /// The capabilities of the given bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Attention in which every token is both query and key, so that it can be multiplied through.
  public static let squarePattern = Capabilities(rawValue: 1)
  /// Blocks that add to a residual stream.
  public static let residualStream = Capabilities(rawValue: 2)
  /// Inputs are tokens of a vocabulary.
  public static let tokens = Capabilities(rawValue: 4)
  /// The network ends in class scores.
  public static let classifier = Capabilities(rawValue: 8)
  /// Attention maps can be had.
  public static let attention = Capabilities(rawValue: 16)
  /// A gradient with respect to the input can be had.
  public static let inputGradient = Capabilities(rawValue: 32)
  /// The network is computed here, so that values inside can be read, edited and differentiated.
  public static let inside = Capabilities(rawValue: 64)

  /// The names of the capabilities in the set.
  package var names: [String] {
    [
      (Capabilities.inside, "an inside that can be read, edited and differentiated"),
      (.attention, "attention maps"), (.inputGradient, "gradients"),
      (.squarePattern, "square attention"), (.residualStream, "a residual stream"),
      (.tokens, "token inputs"), (.classifier, "a classification head"),
    ].filter { contains($0.0) }.map(\.1)
  }
}

/// A network as a line of blocks over a residual stream, written once a family.
///
/// The forward pass calls `embed`, every block, `final`, then `readOut`; each value that can be seen or
/// edited goes through `pass.site`.
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

  /// The residual stream entering block 0, `[total tokens, width]`.
  func embed(_ pass: ForwardPass) throws(AssayError) -> Variable
  /// The residual stream after block `index`.
  func block(_ index: Int, _ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
  /// How the attention of block `layer` writes to the stream; nil when it cannot be taken apart.
  func mixing(_ layer: Int) -> Mixing?
  /// The gradient of a target with respect to an input, where it is told and not computed.
  func inputGradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor?
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

  /// The stream itself: post-norm blocks end in a norm of their own.
  package func final(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    hidden
  }

  /// Nothing is told: what the network computes can be differentiated.
  package func inputGradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor? { nil }
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
