import Models
import Tensors
import Values

/// A saved tokenizer: texts to tokens, as Hugging Face's `tokenizers` cuts them.
///
/// Reads the `tokenizer.json` of WordPiece, byte-level BPE and word-level tokenizers, which are those
/// of BERT, DistilBERT, ELECTRA, GPT-2, RoBERTa, ModernBERT, Llama 3 and Qwen. A tokenizer is
/// immutable and may be used from several tasks.
public struct Tokenizer: Sendable {
  private let normalizer: Normalizer?
  private let preTokenizer: PreTokenizer?
  private let model: any WordModel
  private let postProcessor: PostProcessor?
  private let added: AddedTokens
  private let spellings: [Int: String]
  private let ids: [Spelling: Int]
  /// How many tokens there are.
  public let size: Int
  /// The ids that stand for no text, by role.
  public let vocabulary: Vocabulary

  private static let sizeLimit = 1 << 28

  /// Reads a `tokenizer.json`, or the one in a folder.
  ///
  /// - Throws: `model` if nothing is at the path, `checkpoint` if the file is broken, `unsupported`
  ///   if a step of it is none of those that are read here; the message names it.
  public static func load(_ path: String) throws(AssayError) -> Tokenizer {
    var (file, named): (String, [String: String]) = (path, [:])
    if !path.hasSuffix(".json") {
      let folder = try Folder(path)
      guard folder.contains("tokenizer.json") else {
        throw AssayError(
          .checkpoint, path, expected: "a folder with tokenizer.json", found: folder.listing)
      }
      file = folder.path(of: "tokenizer.json")
      for name in ["special_tokens_map.json", "tokenizer_config.json"] {
        named.merge(try self.named(folder, name)) { _, later in later }
      }
    }
    let value = try Value.parse(try MappedFile.bytes(of: file, limit: sizeLimit), subject: file)
    return try Tokenizer(value, named: named, subject: file)
  }

  /// - Parameter named: the spellings of special tokens by role, such as `mask_token`.
  package init(_ value: Value, named: [String: String] = [:], subject: String) throws(AssayError) {
    let root = try Part(value, subject)
    normalizer = try root.part("normalizer").map { part throws(AssayError) in try Normalizer(part) }
    preTokenizer = try root.part("pre_tokenizer").map { part throws(AssayError) in
      try PreTokenizer(part)
    }
    postProcessor = try root.part("post_processor").map { part throws(AssayError) in
      try PostProcessor(part)
    }
    guard let part = try root.part("model") else { throw root.wrong("model", "an object") }
    model = try Self.model(part)
    added = try AddedTokens(try root.parts("added_tokens"), normalizer: normalizer)
    var (spellings, ids): ([Int: String], [Spelling: Int]) = ([:], model.vocabulary)
    for (spelling, id) in model.vocabulary {
      spellings[id] = String(decoding: spelling.bytes, as: UTF8.self)
    }
    for token in added.tokens {
      spellings[token.id] = token.content
      ids[Spelling(token.content)] = token.id
    }
    (self.spellings, self.ids) = (spellings, ids)
    size = spellings.count
    vocabulary = Self.vocabulary(
      named: named, unknown: model.unknown.flatMap { spellings[$0] }, size: size,
      special: Set(added.tokens.filter(\.isSpecial).map(\.id)), spellings: spellings
    ) { ids[Spelling($0)] }
  }

  private static func model(_ part: Part) throws(AssayError) -> any WordModel {
    // Old files leave the type out.
    let type =
      try part.optionalText("type") ?? (part.members["merges"] != nil ? "BPE" : "WordPiece")
    guard let words = part.members["vocab"]?.recordValue else {
      if ["BPE", "WordPiece", "WordLevel"].contains(type) {
        throw part.wrong("vocab", "an object")
      }
      throw AssayError(
        .unsupported, part.subject, expected: "a model of type WordPiece, BPE or WordLevel",
        found: Value.quoted(type))
    }
    var vocabulary: [Spelling: Int] = [:]
    for (text, value) in words {
      guard let id = value.integerValue, (0..<1 << 31).contains(id) else {
        throw Part.refused("\(part.subject).vocab", "a token's id", value.summary)
      }
      vocabulary[Spelling(text)] = id
    }
    switch type {
    case "WordPiece": return try WordPiece(part, vocabulary)
    case "BPE": return try BytePairs(part, vocabulary)
    case "WordLevel": return try WordLevel(part, vocabulary)
    default:
      throw AssayError(
        .unsupported, part.subject, expected: "a model of type WordPiece, BPE or WordLevel",
        found: Value.quoted(type))
    }
  }

  /// The tokens of a text or a pair, with the special tokens that the tokenizer puts around them.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - pair: the second text of a pair.
  ///   - addsSpecial: whether those are put around.
  ///   - limit: the most tokens; of more the last of the longer text are left out. nil keeps all.
  /// - Throws: `unsupported` when an expression of the tokenizer takes too long on this text.
  public func encode(
    _ text: String, pair: String? = nil, addsSpecial: Bool = true, limit: Int? = nil
  ) throws(AssayError) -> Encoding {
    var texts = [try tokens(of: text)]
    if let pair { texts.append(try tokens(of: pair)) }
    let items = addsSpecial ? postProcessor?.items(isPair: pair != nil) : nil
    if let limit {
      let added = (items ?? []).reduce(0) { sum, item in
        if case .special(let ids, _) = item { sum + ids.count } else { sum }
      }
      Encoding.cut(&texts, to: max(limit - added, 0))
    }
    var result = Encoding()
    guard let items else {
      for (number, one) in texts.enumerated() {
        result.append(one, type: number, sequence: number)
      }
      return result
    }
    for item in items {
      switch item {
      case .special(let ids, let type):
        for id in ids { result.append(special: id, type: type) }
      case .text(let number, let type):
        if number < texts.count { result.append(texts[number], type: type, sequence: number) }
      }
    }
    return result
  }

  /// The tokens of one text, nothing put around them.
  private func tokens(of text: String) throws(AssayError) -> Encoding {
    let whole = NormalizedText(Array(text.unicodeScalars))
    var encoding = Encoding()
    var word = 0
    /// What stands in the text where a token was found whole, by position: its spaces belong to it.
    var found: [Int: [Unicode.Scalar]] = [:]
    func append(_ id: Int, _ place: Range<Int>) {
      encoding.ids.append(id)
      encoding.types.append(0)
      encoding.offsets.append(place)
      encoding.words.append(word)
      encoding.sequences.append(0)
    }
    for piece in try added.pieces(of: whole, normalizer: normalizer) {
      if let id = piece.id {
        found[encoding.ids.count] = piece.text.scalars
        append(id, piece.text.place(0..<piece.text.letters.count))
        word += 1
        continue
      }
      for part in try preTokenizer.map({ step throws(AssayError) in try step(piece.text) }) ?? [
        piece.text
      ] {
        for token in model.pieces(part.scalars) { append(token.id, part.place(token.range)) }
        word += 1
      }
    }
    let ids = encoding.ids
    postProcessor?.trim(&encoding) { position in
      found[position] ?? Array((spellings[ids[position]] ?? "").unicodeScalars)
    }
    return encoding
  }

  /// What a text is cut into before the vocabulary is looked at, as it is spelled then.
  package func words(of text: String) throws(AssayError) -> [String] {
    var words: [String] = []
    let whole = NormalizedText(Array(text.unicodeScalars))
    for piece in try added.pieces(of: whole, normalizer: normalizer) where piece.id == nil {
      for part in try preTokenizer.map({ step throws(AssayError) in try step(piece.text) }) ?? [
        piece.text
      ] {
        words.append(String(String.UnicodeScalarView(part.scalars)))
      }
    }
    return words
  }

  /// The spelling of an id; nil when the vocabulary has none.
  public func piece(_ id: Int) -> String? { spellings[id] }

  /// The id of a token as the vocabulary spells it; nil when it has none.
  public func id(_ piece: String) -> Int? { ids[Spelling(piece)] }

  /// Every id that stands for no text.
  public var specialIDs: Set<Int> { Set(added.tokens.filter(\.isSpecial).map(\.id)) }
}
