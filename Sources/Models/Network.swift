import Autodiff
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

  /// The names of the capabilities in the set.
  package var names: [String] {
    [
      (Capabilities.squarePattern, "square attention"),
      (.residualStream, "a residual stream"), (.tokens, "token inputs"),
      (.classifier, "a classification head"),
    ].filter { contains($0.0) }.map(\.1)
  }
}

/// What is known of a model without running it.
public struct ModelCard: Sendable {
  /// The registered family name, such as `bert`.
  public let family: String
  /// One name a head score; empty without a head.
  public let labels: [String]
  /// How scores become probabilities.
  public let problem: ProblemType
  /// The number of blocks.
  public let layers: Int
  /// Attention heads a block.
  public let heads: Int
  /// The width of the residual stream.
  public let width: Int
  /// The longest sequence; nil when there is no limit.
  public let maximumLength: Int?
  /// The number of token ids; nil for inputs that are not tokens.
  public let vocabularySize: Int?
  /// The number of segment ids.
  public let typeCount: Int
  /// What the network can do.
  public let capabilities: Capabilities
  /// Which keys a query may see.
  package let mask: AttentionMask
  /// The position whose state the head reads.
  package let readOut: ReadOut

  package init(
    family: String, labels: [String], problem: ProblemType, layers: Int, heads: Int, width: Int,
    maximumLength: Int?, vocabularySize: Int?, typeCount: Int, capabilities: Capabilities,
    mask: AttentionMask, readOut: ReadOut
  ) {
    self.family = family
    self.labels = labels
    self.problem = problem
    self.layers = layers
    self.heads = heads
    self.width = width
    self.maximumLength = maximumLength
    self.vocabularySize = vocabularySize
    self.typeCount = typeCount
    self.capabilities = capabilities
    self.mask = mask
    self.readOut = readOut
  }
}

/// Which position's state a head reads.
package enum ReadOut: Sendable {
  /// The first position (CLS).
  case first
  /// The last position of a causal model.
  case last
  /// Every position alike.
  case mean

  /// The read-out row of a sequence; nil when every row is read.
  package func row(length: Int) -> Int? {
    switch self {
    case .first: 0
    case .last: length - 1
    case .mean: nil
    }
  }
}

/// A network as a line of blocks over a residual stream, written once a family.
///
/// The forward pass calls `embed`, then every block, then `readOut`; each value that can be seen or
/// edited goes through `pass.site`.
package protocol Network: Sendable {
  var card: ModelCard { get }
  /// Every weight by its full name in the checkpoint.
  var parameters: [Parameter] { get }
  /// The places of a block that exist in this family.
  var places: [Site.Place] { get }

  /// The residual stream entering block 0, `[total tokens, width]`.
  func embed(_ pass: ForwardPass) throws(AssayError) -> Variable
  /// The residual stream after block `index`.
  func block(_ index: Int, _ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
  /// How the attention of block `layer` writes to the stream; nil when it cannot be taken apart.
  func mixing(_ layer: Int) -> Mixing?
  /// The head's scores `[sequences, labels]`; a network without a head returns its pooled state
  /// `[sequences, width]`.
  func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
}

/// One weight and its name in the checkpoint.
package struct Parameter: Sendable {
  package let name: String
  package let tensor: Tensor

  package init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
