import Attribution
import Models
import Tensors

/// What counts as one thing in a verdict: maps are summed over it, and it is removed and redirected
/// as a whole.
public enum Granularity: String, Sendable, CaseIterable {
  /// Every explained position by itself.
  case token
  /// The tokens of a word.
  case word
  /// Spans that the caller names.
  case span
}

/// The units of one input: positions by unit, in the order of the text.
package struct Units: Sendable, Equatable {
  /// The token positions of each unit, ascending.
  package let positions: [[Int]]
  package let granularity: Granularity

  package var count: Int { positions.count }

  /// - Parameter spans: one number a token or an explained token: tokens with the same number from 0
  ///   are one unit, −1 is a unit of its own.
  /// - Throws: `option` for spans that are missing or of another length.
  package init(
    _ granularity: Granularity, _ question: Question, spans: [Int]?
  ) throws(AssayError) {
    let explained = question.positions
    self.granularity = granularity
    switch granularity {
    case .token: positions = explained.map { [$0] }
    case .word: positions = Units.grouped(explained, by: explained.map { question.input.words[$0] })
    case .span:
      guard let spans, [explained.count, question.input.count].contains(spans.count) else {
        throw AssayError(
          .option, "spans",
          expected: "a span's number for each of \(explained.count) explained tokens or "
            + "\(question.input.count) tokens",
          found: spans.map { "\($0.count)" } ?? "none")
      }
      let numbers = spans.count == explained.count ? spans : explained.map { spans[$0] }
      positions = Units.grouped(explained, by: numbers.map { $0 < 0 ? nil : $0 })
    }
  }

  /// Positions that share a key, where the first of them stands; without a key a unit of its own.
  private static func grouped(_ positions: [Int], by keys: [Int?]) -> [[Int]] {
    var units: [[Int]] = []
    var place: [Int: Int] = [:]
    for (position, key) in zip(positions, keys) {
      if let key, let index = place[key] {
        units[index].append(position)
      } else {
        if let key { place[key] = units.count }
        units.append([position])
      }
    }
    return units
  }

  /// One score a unit from one a position: the sum of its tokens'.
  package func summed(_ scores: [Double], over explained: [Int]) -> [Double] {
    guard granularity != .token else { return scores }
    var place: [Int: Int] = [:]
    for (unit, members) in positions.enumerated() { for member in members { place[member] = unit } }
    var sums = [Double](repeating: 0, count: count)
    for (position, score) in zip(explained, scores) {
      if let unit = place[position] { sums[unit] += score }
    }
    return sums
  }
}
