import Models
import Tensors
import Tokenization

/// The tokenizer of a model's folder, or why it cannot be read: such a model takes ids.
private enum FolderReader: TextReader {
  case reads(Tokenizer)
  case refuses(AssayError)

  var vocabulary: Vocabulary? {
    if case .reads(let tokenizer) = self { tokenizer.vocabulary } else { nil }
  }
}

extension Model {
  /// Loads a Hugging Face folder: `config.json`, `model.safetensors` or its shards, and
  /// `tokenizer.json` where there is one. Nothing is ever downloaded.
  ///
  /// A tokenizer that cannot be read does not keep the model from being loaded: the model then takes
  /// ids, and a text is refused with the reason.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - mapped: maps the weights rather than reading them; a mapped file that is truncated while the
  ///     process runs ends it with a bus error.
  ///   - precision: that of products with the weights of blocks, forwards and backwards.
  /// - Throws: `model` when nothing is at the path, `checkpoint` for a file that is missing or broken,
  ///   `unsupported` for a model type without a family and for a precision that this processor does
  ///   not have.
  public static func load(
    _ path: String, mapped: Bool = true, precision: Precision = .float32
  ) throws(AssayError) -> Model {
    let model = try Model.load(folder: path, mapped: mapped, precision: precision)
    guard try Folder(path).contains("tokenizer.json") else { return model }
    do throws(AssayError) {
      return model.with(try Tokenizer.load(path))
    } catch {
      return model.with(FolderReader.refuses(error))
    }
  }

  /// The tokenizer that reads texts for the model; nil when it takes ids alone.
  public var tokenizer: Tokenizer? {
    if case .reads(let tokenizer) = reader as? FolderReader { tokenizer } else { nil }
  }

  /// The same model, its weights shared, with another tokenizer.
  public func with(_ tokenizer: Tokenizer) -> Model { with(FolderReader.reads(tokenizer)) }

  /// What the model reads of a text, a pair, ids or a picture.
  ///
  /// - Parameters:
  ///   - text: a text, a pair, ids or a picture.
  ///   - truncates: whether what is too long is cut from its end rather than refused.
  /// - Throws: `input` for what is too long, `unsupported` for a text where there is no tokenizer,
  ///   `shape` for a picture of another size.
  public func tokenize(
    _ text: some Readable, truncates: Bool = false
  ) throws(AssayError) -> Tokens {
    try text.tokens(for: self, truncates: truncates)
  }

  /// - Throws: why there is no tokenizer.
  func requiredTokenizer() throws(AssayError) -> Tokenizer {
    switch reader as? FolderReader {
    case .reads(let tokenizer): return tokenizer
    case .refuses(let reason): throw reason
    case nil:
      throw AssayError(
        .unsupported, "text", expected: "a model with a tokenizer, or token ids",
        found: "the \(card.family) model of \(origin), which has none")
    }
  }

  func input(_ text: some Readable) throws(AssayError) -> Input {
    try tokenize(text).input(for: self)
  }

  func inputs(_ texts: [some Readable]) throws(AssayError) -> [Input] {
    try texts.map { text throws(AssayError) in try input(text) }
  }
}
