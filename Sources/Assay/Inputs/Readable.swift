import Models
import Tensors

/// Whatever a model can be asked about: a text, a pair of texts, tokens, an array of ids, a picture.
public protocol Readable: Sendable {
  /// What the model reads.
  ///
  /// - Parameters:
  ///   - model: the model that reads it.
  ///   - truncates: whether what is too long is cut from its end rather than refused.
  /// - Throws: `input` for what the model cannot read, `unsupported` for a text where the model has no
  ///   tokenizer, `shape` for a picture of another size.
  func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens
}

extension String: Readable {
  /// The tokens of the text.
  public func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens {
    try Tokens(self, pair: nil, of: model, truncates: truncates)
  }
}

/// Two texts that a model reads together, such as a premise and what may follow from it.
public struct TextPair: Readable, Equatable, Codable {
  /// The first text.
  public var first: String
  /// The second text.
  public var second: String

  /// Two texts.
  public init(_ first: String, _ second: String) {
    self.first = first
    self.second = second
  }

  /// The tokens of both texts, in one row.
  public func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens {
    try Tokens(first, pair: second, of: model, truncates: truncates)
  }
}

extension Tokens: Readable {
  /// The tokens themselves.
  public func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens { self }
}

extension [Int]: Readable {
  /// Token ids, none of which counts as special; each is a word of its own.
  public func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens {
    Tokens(ids: self)
  }
}

extension Tensor: Readable {
  /// A picture `[channels, height, width]` in the scale that the model was trained on, cut into patches.
  public func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens {
    _ = try model.input(pixels: self)
    return Tokens(picture: self, side: model.card.grid?.side ?? 1)
  }
}
