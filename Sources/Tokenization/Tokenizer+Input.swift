import Models
import Tensors
import Values

extension Tokenizer {
  /// A text, or a pair, as an input for a model.
  ///
  /// A word ends where the tokenizer cuts before it looks at its vocabulary, at white space, and
  /// between the two texts of a pair. Tokens that mark structure are special, whoever typed them; a
  /// word that is unknown or masked is still a word of the text.
  ///
  /// - Parameters:
  ///   - limit: how many tokens the model reads; nil reads all.
  ///   - position: where a head that scores every position is read.
  /// - Throws: `input` when the text has more than `limit` tokens, what `encode` throws.
  package func input(
    _ text: String, pair: String? = nil, limit: Int? = nil, position: Int? = nil
  ) throws(AssayError) -> Input {
    let encoding = try encode(text, pair: pair)
    if let limit, encoding.ids.count > limit {
      throw AssayError(
        .input, "text", expected: "at most \(limit) tokens, as many as the model reads",
        found: "\(encoding.ids.count)")
    }
    let special = special(encoding)
    return Input(
      ids: encoding.ids, types: encoding.types, special: special,
      words: words(encoding, special, of: text, pair), vocabulary: vocabulary, position: position)
  }

  /// Which tokens a template added, or mark structure.
  package func special(_ encoding: Encoding) -> [Bool] {
    let readable = [vocabulary.mask, vocabulary.unknown]
    let structural = specialIDs.filter { !readable.contains($0) }
    return encoding.ids.indices.map { position in
      encoding.sequences[position] == nil || structural.contains(encoding.ids[position])
    }
  }

  /// The word that each token belongs to; nil for special ones.
  package func words(
    _ encoding: Encoding, _ special: [Bool], of text: String, _ pair: String?
  ) -> [Int?] {
    let texts = [text, pair ?? ""].map { Array($0.unicodeScalars) }
    var (number, end) = (-1, 0)
    var before: (word: Int?, sequence: Int?)?
    return encoding.ids.indices.map { position in
      guard !special[position] else {
        before = nil
        return nil
      }
      let place = encoding.offsets[position]
      let text = texts[encoding.sequences[position] ?? 0]
      let until = place.isEmpty || place.lowerBound < end ? place.lowerBound : place.lowerBound + 1
      let gap = end < until ? text[min(end, text.count)..<min(until, text.count)] : []
      let now = (word: encoding.words[position], sequence: encoding.sequences[position])
      let goesOn = before.map { $0 == now } ?? false
      // Scripts without spaces have a word at every token that begins with a letter of its own.
      let start = min(place.lowerBound, text.count)
      let around = text[max(start - 1, 0)..<min(start + 1, text.count)]
      let isCut = end > 0 && start >= end && around.contains(where: \.isUnspaced)
      if !goesOn || gap.contains(where: \.isSpace) || isCut { number += 1 }
      (before, end) = (now, place.upperBound)
      return number
    }
  }

  /// The special ids by role, as the spellings of `named` or the usual ones have them.
  static func vocabulary(
    named: [String: String], unknown: String?, size: Int, special: Set<Int>,
    spellings: [Int: String], id: (String) -> Int?
  ) -> Vocabulary {
    func role(_ name: String, _ usual: String?...) -> Int? {
      ([named["\(name)_token"]] + usual).lazy.compactMap { $0 }.compactMap(id).first
    }
    var vocabulary = Vocabulary(
      size: size, mask: role("mask", "[MASK]", "<mask>"), pad: role("pad", "[PAD]", "<pad>"),
      unknown: role("unk", "[UNK]", "<unk>", unknown), start: role("cls", "[CLS]", "<s>"),
      end: role("sep", "[SEP]", "</s>"), special: special)
    vocabulary.punctuation = Set(
      spellings.lazy.filter { !special.contains($0.key) && isPunctuation($0.value) }.map(\.key))
    return vocabulary
  }

  /// Whether a spelling, without the marks of a word's start or middle, is punctuation alone.
  static func isPunctuation(_ piece: String) -> Bool {
    var letters = Array(piece.unicodeScalars)
    if letters.starts(with: ["#", "#"]) { letters.removeFirst(2) }
    letters = Array(letters.drop { $0 == ByteLetters.space || $0 == "\u{2581}" })
    let end = Array("</w>".unicodeScalars)
    if letters.count >= end.count, Array(letters.suffix(end.count)) == end {
      letters.removeLast(end.count)
    }
    return !letters.isEmpty && letters.allSatisfy(\.hasPunctuationCategory)
  }

  /// The entries `*_token` of a JSON file beside the tokenizer, whose values are text or
  /// `{"content": text}`; none when there is no such file.
  static func named(_ folder: Folder, _ file: String) throws(AssayError) -> [String: String] {
    guard folder.contains(file) else { return [:] }
    let path = folder.path(of: file)
    let value = try Value.parse(try MappedFile.bytes(of: path, limit: 1 << 26), subject: path)
    var named: [String: String] = [:]
    for (name, value) in value.recordValue ?? Members() where name.hasSuffix("_token") {
      if let text = value.textValue ?? value["content"]?.textValue { named[name] = text }
    }
    return named
  }
}
