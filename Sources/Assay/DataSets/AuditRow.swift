import Models
import Tensors
import Values

/// One example of a data set: a text and what was said about it.
///
/// Written as JSON, or read from a table, its members are `text`, `pair`, `label` and `rationale`.
public struct AuditRow: Sendable, Equatable, Codable {
  /// The text.
  public var text: String
  /// The second text of a pair.
  public var pair: String?
  /// The gold label: a name of the model's, or its index as text.
  public var label: String?
  /// The Unicode scalars of the text that a person marked, as `[start, end)` pairs.
  public var rationale: [[Int]]?
  /// Scores from elsewhere, one per explained token; nil where the audit's method is tested.
  public var scores: [Double]?

  /// One example.
  public init(
    _ text: String, pair: String? = nil, label: String? = nil, rationale: [[Int]]? = nil,
    scores: [Double]? = nil
  ) {
    self.text = text
    self.pair = pair
    self.label = label
    self.rationale = rationale
    self.scores = scores
  }

  private enum CodingKeys: String, CodingKey { case text, pair, label, rationale, scores }

  /// Reads a row; a label may also be a number.
  public init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: CodingKeys.self)
    text = try row.decode(String.self, forKey: .text)
    pair = try row.decodeIfPresent(String.self, forKey: .pair)
    let number = try? row.decodeIfPresent(Int.self, forKey: .label)
    label = try number.map { "\($0)" } ?? row.decodeIfPresent(String.self, forKey: .label)
    rationale = try row.decodeIfPresent([[Int]].self, forKey: .rationale)
    scores = try row.decodeIfPresent([Double].self, forKey: .scores)
  }

  /// The rows of a table of comma-separated values (RFC 4180) whose first line names the columns.
  ///
  /// - Parameters:
  ///   - path: the file, in UTF-8.
  ///   - text: the column of the texts.
  ///   - pair: the column of second texts; nil where there is none.
  ///   - label: the column of gold labels; nil where there is none. An empty one is no label.
  /// - Throws: `model` when nothing is at the path, `input` for a file without such columns, with a row
  ///   of another length, or a quotation that does not end.
  public static func rows(
    ofCSV path: String, text: String = "text", pair: String? = nil, label: String? = nil
  ) throws(AssayError) -> [AuditRow] {
    let bytes = try MappedFile.bytes(of: path, limit: 1 << 32)
    let table = try CommaSeparated.rows(bytes, subject: path)
    guard let header = table.first else {
      throw AssayError(.input, path, expected: "a line that names the columns", found: "no line")
    }
    func column(_ name: String) throws(AssayError) -> Int {
      if let place = header.firstIndex(of: name) { return place }
      throw AssayError(
        .input, path, expected: "a column \(Value.quoted(name))",
        found: header.joined(separator: ", "))
    }
    let textColumn = try column(text)
    let pairColumn = try pair.map { name throws(AssayError) in try column(name) }
    let labelColumn = try label.map { name throws(AssayError) in try column(name) }
    return try table.dropFirst().enumerated().map { number, row throws(AssayError) in
      guard row.count == header.count else {
        throw AssayError(
          .input, "\(path), row \(number)", expected: "\(header.count) values",
          found: "\(row.count)")
      }
      let label = labelColumn.map { row[$0] }
      return AuditRow(
        row[textColumn], pair: pairColumn.map { row[$0] }, label: label == "" ? nil : label)
    }
  }

  /// What the model is asked about.
  /// - Throws: `input` for a text that is empty.
  func tokens(for model: Model, truncates: Bool) throws(AssayError) -> Tokens {
    for (name, text) in [("text", text), ("pair", pair ?? "-")] {
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw AssayError(
          .input, name, expected: "text", found: text.isEmpty ? "an empty one" : "white space")
      }
    }
    guard let pair else { return try model.tokenize(text, truncates: truncates) }
    return try model.tokenize(TextPair(text, pair), truncates: truncates)
  }

  /// The place of the gold label.
  /// - Throws: `input` for a label that the model does not have.
  func labelPlace(_ card: ModelCard) throws(AssayError) -> Int? {
    guard let label else { return nil }
    if let place = card.labelPlace(label) { return place }
    if let place = Int(label), (0..<max(card.labels.count, 2)).contains(place) { return place }
    throw AssayError(
      .input, "label", expected: "one of \(card.labels.joined(separator: ", ")) or its index",
      found: Value.quoted(label))
  }

  /// Whether each token touches a marked scalar of the first text; nil where nobody marked any.
  /// - Throws: `input` for a mark that is no range of the text.
  func marks(_ tokens: Tokens) throws(AssayError) -> [Bool]? {
    guard let rationale else { return nil }
    let length = text.unicodeScalars.count
    for mark in rationale
    where mark.count != 2 || mark[0] < 0 || mark[0] > mark[1] || mark[1] > length {
      throw AssayError(
        .input, "rationale", expected: "ranges of the text's \(length) scalars", found: "\(mark)")
    }
    return zip(tokens.types, tokens.offsets).map { type, place in
      type == 0 && rationale.contains { place.lowerBound < $0[1] && $0[0] < place.upperBound }
    }
  }
}
