import Models
import Tensors
import Testing
import Values

@testable import Tokenization

/// Files are untrusted: whatever is wrong with one is a typed error that says where.
@Suite struct TokenizerFileTests {
  static let good: Value = [
    "normalizer": ["type": "Lowercase"],
    "pre_tokenizer": ["type": "WhitespaceSplit"],
    "model": [
      "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
      "max_input_chars_per_word": 100,
      "vocab": ["[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "film": 4, "##s": 5, "!": 6],
    ],
    "post_processor": [
      "type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2],
    ],
    "added_tokens": [
      ["id": 0, "content": "[UNK]", "special": true],
      ["id": 1, "content": "[CLS]", "special": true],
      ["id": 2, "content": "[SEP]", "special": true],
      ["id": 3, "content": "[MASK]", "special": true],
    ],
  ]

  @Test func anInputHasWordsRolesAndSpecialTokens() throws {
    let tokenizer = try Tokenizer(Self.good, subject: "file")
    let input = try tokenizer.input("Films films! [MASK] x [SEP]")
    #expect(input.ids == [1, 4, 5, 0, 3, 0, 2, 2])
    // "films!" is no word of the vocabulary; the typed [SEP] marks structure.
    #expect(input.special == [true, false, false, false, false, false, true, true])
    #expect(input.words == [nil, 0, 0, 1, 2, 3, nil, nil])
    let vocabulary = input.vocabulary
    #expect((vocabulary.mask, vocabulary.unknown) == (3, 0))
    #expect((vocabulary.start, vocabulary.end, vocabulary.pad) == (1, 2, nil))
    #expect(vocabulary.punctuation == [6])
  }

  /// Oracle: the tokenizer of Python on the same file and text.
  @Test func aScriptWithoutSpacesHasAWordForEachToken() throws {
    let vocabulary: Value = [
      "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[MASK]": 3, "film": 4, "##s": 5, "国家": 6, "##中国": 7,
      "##film": 8,
    ]
    let file = Self.changed(Self.good, ["model", "vocab"], vocabulary)
    let input = try Tokenizer(file, subject: "file").input("国家中国 films 国家film")
    #expect(input.ids == [1, 6, 7, 4, 5, 6, 8, 2])
    #expect(input.words == [nil, 0, 1, 2, 2, 3, 4, nil])
  }

  @Test func aTextThatIsTooLongIsAnError() throws {
    let tokenizer = try Tokenizer(Self.good, subject: "file")
    let error = #expect(throws: AssayError.self) { try tokenizer.input("film film film", limit: 4) }
    #expect(error?.kind == .input)
    #expect(error?.found == "5")
  }

  @Test(
    arguments: [
      (["normalizer"], ["type": "Precompiled"], AssayError.Kind.unsupported),
      (["pre_tokenizer"], ["type": "Metaspace"], .unsupported),
      (["post_processor"], ["type": "Other"], .unsupported),
      (["model", "type"], "Unigram", .unsupported),
      (["model", "vocab"], ["a": -1], .checkpoint),
      (["model", "vocab"], [], .checkpoint),
      (["model", "unk_token"], "none", .checkpoint),
      (["model", "max_input_chars_per_word"], -3, .checkpoint),
      (["post_processor", "cls"], ["[CLS]"], .checkpoint),
      (["added_tokens"], [["id": 1.5, "content": "x"]], .checkpoint),
      (["added_tokens"], ["x"], .checkpoint),
      (["normalizer"], "Lowercase", .checkpoint),
      (
        ["pre_tokenizer"], ["type": "Split", "pattern": ["Regex": "("], "behavior": "Isolated"],
        .unsupported
      ),
      (
        ["pre_tokenizer"], ["type": "Split", "pattern": ["Regex": "a"], "behavior": "Other"],
        .checkpoint
      ),
    ] as [([String], Value, AssayError.Kind)])
  func whatIsWrongIsNamed(path: [String], value: Value, kind: AssayError.Kind) {
    let file = Self.changed(Self.good, path[...], value)
    let error = #expect(throws: AssayError.self) { try Tokenizer(file, subject: "file") }
    #expect(error?.kind == kind)
    #expect(error?.subject.contains(path[0]) == true)
  }

  /// Every field of the file replaced by values of every kind: an error or a tokenizer that works.
  @Test func noFieldCanEndTheProcess() {
    let values: [Value] = [
      .null, true, 0, -1, 1.5, "x", [], [1], ["a": 1], .integer(.max), .number(1e300),
    ]
    for path in Self.paths(Self.good) {
      for value in values {
        guard
          let tokenizer = try? Tokenizer(Self.changed(Self.good, path[...], value), subject: "f")
        else { continue }
        _ = try? tokenizer.input("Film films! [MASK] é\u{301} 国家", pair: "film")
      }
    }
  }

  private static func changed(_ value: Value, _ path: ArraySlice<String>, _ new: Value) -> Value {
    guard let key = path.first else { return new }
    if case .record(var members) = value {
      members[key] = changed(members[key] ?? .null, path.dropFirst(), new)
      return .record(members)
    }
    if case .list(var items) = value, let index = Int(key), items.indices.contains(index) {
      items[index] = changed(items[index], path.dropFirst(), new)
      return .list(items)
    }
    return value
  }

  private static func paths(_ value: Value) -> [[String]] {
    switch value {
    case .record(let members):
      [[]] + members.flatMap { key, value in paths(value).map { [key] + $0 } }
    case .list(let items):
      [[]] + items.enumerated().flatMap { index, value in paths(value).map { ["\(index)"] + $0 } }
    default: [[]]
    }
  }
}
