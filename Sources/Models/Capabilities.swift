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
  public static let patterns = Capabilities(rawValue: 16)
  /// A gradient with respect to the input can be had.
  public static let inputGradient = Capabilities(rawValue: 32)
  /// Attention can be edited while the network runs.
  public static let edits = Capabilities(rawValue: 64)
  /// A gradient with respect to attention can be had.
  public static let patternGradients = Capabilities(rawValue: 128)
  /// Input embeddings can be read, replaced and differentiated.
  public static let embeddings = Capabilities(rawValue: 256)
  /// The residual stream at the edges of blocks can be read, replaced and differentiated.
  public static let states = Capabilities(rawValue: 512)
  /// Attention can be taken apart into one vector a token and head.
  public static let mixing = Capabilities(rawValue: 1024)
  /// The network is computed on the engine's own tape: every site, weights that are replaced or
  /// trained, other rules for going backwards.
  public static let tape = Capabilities(rawValue: 2048)

  /// What every network that is computed here can do.
  static let computed: Capabilities = [
    .patterns, .inputGradient, .edits, .patternGradients, .embeddings, .states, .tape,
  ]

  /// The names of the capabilities in the set.
  package var names: [String] {
    [
      (Capabilities.tape, "an inside that the engine computes itself"),
      (.mixing, "attention that can be taken apart"),
      (.states, "hidden states that can be read and edited"),
      (.embeddings, "embeddings that can be read, replaced and differentiated"),
      (.patternGradients, "gradients of attention"), (.edits, "attention that can be edited"),
      (.patterns, "attention maps"), (.inputGradient, "gradients"),
      (.squarePattern, "square attention"), (.residualStream, "a residual stream"),
      (.tokens, "token inputs"), (.classifier, "a classification head"),
    ].filter { contains($0.0) }.map(\.1)
  }
}

extension Site {
  /// What a network must be able to do for the value here to be edited.
  var neededToEdit: Capabilities {
    switch self {
    case .pixels, .embedding: .embeddings
    case .block(_, .pattern): .edits
    case .block(_, .input), .block(_, .output): .states
    case .block, .final, .pooled, .logits: .tape
    }
  }

  /// What a network must be able to do for a gradient with respect to the value here.
  var neededToDifferentiate: Capabilities {
    switch self {
    case .pixels, .embedding: .inputGradient
    case .block(_, .pattern): .patternGradients
    case .block(_, .input), .block(_, .output): .states
    case .block, .final, .pooled, .logits: .tape
    }
  }
}
