/// How often each of several words stands in a column.
package struct Shares: Sendable {
  /// Every word with its share, those that were named first and then the others by name.
  package let all: [(word: String, share: Proportion)]

  /// What is nil is not counted.
  package init(_ words: [String?], order: [String] = []) {
    var counts: [String: Int] = [:]
    for word in words { if let word { counts[word, default: 0] += 1 } }
    let total = counts.values.reduce(0, +)
    let others = counts.keys.filter { !order.contains($0) }.sorted()
    all = (order + others).map { ($0, Proportion(counts[$0] ?? 0, of: total)) }
  }

  /// The share of a word; of nothing where it does not occur.
  package subscript(word: String) -> Proportion {
    all.first { $0.word == word }?.share ?? Proportion(0, of: 0)
  }
}
