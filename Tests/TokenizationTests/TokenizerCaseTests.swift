import Foundation
import Models
import Tensors
import Testing
import Values

@testable import Tokenization

/// Oracle: the tokens that `tokenizers` gives, for tokenizers of every kind that is read, on lines of
/// sixteen scripts. `tools/make_tokenizer_cases.py` writes them; ASSAY_TOKENIZER_CASES names a folder
/// with more.
@Suite struct TokenizerCaseTests {
  static let folder =
    ProcessInfo.processInfo.environment["ASSAY_TOKENIZER_CASES"]
    ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases").path

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  @Test func everyKindHasItsCases() {
    #expect(Self.names.count >= 8)
  }

  @Test(arguments: names) func tokensEqualTheLibrarys(name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let record = try Value.parse(try MappedFile.bytes(of: path, limit: 1 << 30), subject: path)
    let tokenizer = try Tokenizer(try #require(record["tokenizer"]), subject: path)
    let lines = try #require(record["lines"]?.listValue).map { try #require($0.textValue) }
    func rows(_ key: String) throws -> [[Int?]] {
      try #require(record[key]?.listValue).map { row in
        try #require(row.listValue).map(\.integerValue)
      }
    }
    let (ids, offsets) = (try rows("ids"), try rows("offsets"))
    let (words, types) = (try rows("words"), try rows("types"))
    for (index, line) in lines.enumerated() {
      let pair = index % 7 == 3 ? lines[(index + 1) % lines.count] : nil
      let encoding = try tokenizer.encode(line, pair: pair)
      #expect(encoding.ids == ids[index], "\(index)")
      #expect(
        encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] } == offsets[index], "\(index)")
      #expect(encoding.words == words[index], "\(index)")
      #expect(encoding.types == types[index], "\(index)")
    }
  }

  /// Metamorphic: without what is put around, a text has the tokens it has between.
  @Test(arguments: names) func specialTokensAreOnlyPutAround(name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let record = try Value.parse(try MappedFile.bytes(of: path, limit: 1 << 30), subject: path)
    let tokenizer = try Tokenizer(try #require(record["tokenizer"]), subject: path)
    let line = "Ein Film, zwei films; 3 фильма."
    let whole = try tokenizer.encode(line)
    let bare = try tokenizer.encode(line, addsSpecial: false)
    #expect(zip(whole.ids, whole.isAdded).filter { !$0.1 }.map(\.0) == bare.ids)
    #expect(bare.ids.allSatisfy { tokenizer.piece($0).flatMap(tokenizer.id) == $0 })
  }
}
