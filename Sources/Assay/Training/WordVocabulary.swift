import Tensors
import Tokenization
import Values

/// How a tokenizer of whole words is made from texts: one token a word, a mark at each end.
///
/// Words that hold a digit all become `qqq` (Jain & Wallace 2019). Frequent words come first; of equally
/// frequent ones the one that came first.
public struct WordVocabulary: Sendable, Equatable {
  /// Where one word ends and the next begins.
  public enum Split: Sendable, Equatable {
    /// Runs of letters and runs of punctuation.
    case words
    /// White space alone, for texts that are tokenised already.
    case spaces
  }

  /// Rarer words are unknown.
  public var minimumFrequency = 1
  /// Whether letters lose their case.
  public var lowercases = true
  /// Where one word ends and the next begins.
  public var split = Split.words

  /// Every word of the texts, in small letters.
  public init() {}

  /// The reserved tokens, whose ids are their places: padding, unknown, start and end.
  private static let reserved = ["<pad>", "<unk>", "<s>", "</s>"]

  /// The `tokenizer.json` of the words of `texts`.
  /// - Throws: `input` when no word is frequent enough.
  func tokenizer(of texts: [String]) throws(AssayError) -> Value {
    let cutter = try Tokenizer(file([], isWhole: false), subject: "tokenizer")
    var counts: [String: (count: Int, place: Int)] = [:]
    for text in texts {
      for word in try cutter.words(of: text) {
        let place = counts[word]?.place ?? counts.count
        counts[word] = ((counts[word]?.count ?? 0) + 1, place)
      }
    }
    let words = counts.filter { $0.value.count >= minimumFrequency }
      .sorted { ($1.value.count, $0.value.place) < ($0.value.count, $1.value.place) }.map(\.key)
    guard !words.isEmpty else {
      throw AssayError(
        .input, "texts", expected: "words that occur \(minimumFrequency) times or more",
        found: "none")
    }
    return file(words, isWhole: true)
  }

  /// - Parameter isWhole: whether special tokens are known and put around a text.
  private func file(_ words: [String], isWhole: Bool) -> Value {
    let all = Self.reserved + words.filter { !Self.reserved.contains($0) }
    let number: Value = [
      "type": "Replace", "pattern": ["Regex": "(?<!\\S)[^\\s\\d]*\\d\\S*"], "content": "qqq",
    ]
    let added = Self.reserved.enumerated().map { id, content -> Value in
      [
        "id": .integer(id), "content": .text(content), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true,
      ]
    }
    func token(_ id: String) -> Value { ["SpecialToken": ["id": .text(id), "type_id": 0]] }
    func sequence(_ id: String) -> Value { ["Sequence": ["id": .text(id), "type_id": 0]] }
    func special(_ id: Int) -> Value {
      let content = Self.reserved[id]
      return [
        "id": .text(content), "ids": [.integer(id)], "tokens": [.text(content)],
      ]
    }
    let template: Value = [
      "type": "TemplateProcessing", "single": [token("<s>"), sequence("A"), token("</s>")],
      "pair": [token("<s>"), sequence("A"), sequence("B"), token("</s>")],
      "special_tokens": ["<s>": special(2), "</s>": special(3)],
    ]
    return [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": .list(isWhole ? added : []),
      "normalizer": [
        "type": "Sequence",
        "normalizers": .list((lowercases ? [["type": "Lowercase"]] : []) + [number]),
      ],
      "pre_tokenizer": ["type": split == .words ? "Whitespace" : "WhitespaceSplit"],
      "post_processor": isWhole ? template : .null, "decoder": .null,
      "model": [
        "type": "WordLevel",
        "vocab": .record(all.enumerated().map { ($0.element, .integer($0.offset)) }),
        "unk_token": "<unk>",
      ],
    ]
  }
}
