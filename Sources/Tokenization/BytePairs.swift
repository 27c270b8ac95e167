import Tensors
import Values

/// Byte-pair encoding (Sennrich et al. 2016): neighbours are merged in the order in which the merges
/// were learned.
struct BytePairs: WordModel {
  let vocabulary: [Spelling: Int]
  let unknown: Int?
  private let merges: [Pair: Merge]
  /// Whether a word that is in the vocabulary stays whole.
  private let keepsWhole: Bool
  private let fusesUnknown: Bool
  private let prefix: Spelling?
  private let suffix: Spelling?

  private struct Pair: Hashable {
    let first, second: Int
  }

  private struct Merge {
    let rank, id: Int
  }

  init(_ part: Part, _ vocabulary: [Spelling: Int]) throws(AssayError) {
    self.vocabulary = vocabulary
    if let name = try part.optionalText("unk_token") {
      guard let id = vocabulary[Spelling(name)] else {
        throw part.wrong("unk_token", "a token of the vocabulary")
      }
      unknown = id
    } else {
      unknown = nil
    }
    if try part.flag("byte_fallback", default: false) {
      throw AssayError(
        .unsupported, "\(part.subject).byte_fallback",
        expected: "byte-level pairs, without a fallback to bytes", found: "true")
    }
    if let dropout = part.members["dropout"]?.numberValue, dropout > 0 {
      throw AssayError(
        .unsupported, "\(part.subject).dropout", expected: "none", found: "\(dropout)")
    }
    keepsWhole = try part.flag("ignore_merges", default: false)
    fusesUnknown = try part.flag("fuse_unk", default: false)
    let prefix = try part.optionalText("continuing_subword_prefix") ?? ""
    let suffix = try part.optionalText("end_of_word_suffix") ?? ""
    self.prefix = prefix.isEmpty ? nil : Spelling(prefix)
    self.suffix = suffix.isEmpty ? nil : Spelling(suffix)
    merges = try Self.merges(part, vocabulary, prefix: prefix.utf8.count)
  }

  private static func merges(
    _ part: Part, _ vocabulary: [Spelling: Int], prefix: Int
  ) throws(AssayError) -> [Pair: Merge] {
    let list = try part.list("merges")
    var merges = [Pair: Merge](minimumCapacity: list.count)
    for (rank, value) in list.enumerated() {
      let pair: (first: Spelling, second: Spelling)?
      if let text = value.textValue {
        let halves = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        pair =
          halves.count == 2
          ? (Spelling(bytes: Array(halves[0])), Spelling(bytes: Array(halves[1]))) : nil
      } else if let halves = value.listValue, halves.count == 2, let first = halves[0].textValue,
        let second = halves[1].textValue
      {
        pair = (Spelling(first), Spelling(second))
      } else {
        pair = nil
      }
      guard let pair, let first = vocabulary[pair.first], let second = vocabulary[pair.second],
        let merged = vocabulary[
          Spelling(bytes: pair.first.bytes + pair.second.bytes.dropFirst(prefix))]
      else {
        throw Part.refused(
          "\(part.subject).merges[\(rank)]", "two tokens whose union is a token", value.summary)
      }
      // A pair that stands there twice has the rank of its last place.
      merges[Pair(first: first, second: second)] = Merge(rank: rank, id: merged)
    }
    return merges
  }

  func pieces(_ word: [Unicode.Scalar]) -> [Piece] {
    if keepsWhole, let id = vocabulary[Spelling(word)] {
      return [Piece(id: id, range: 0..<word.count)]
    }
    return merged(letters(word))
  }

  /// The tokens of single letters.
  private func letters(_ word: [Unicode.Scalar]) -> [Piece] {
    var pieces: [Piece] = []
    var lastIsUnknown = false
    for (index, scalar) in word.enumerated() {
      var spelling = Spelling(CollectionOfOne(scalar))
      if index > 0, let prefix { spelling = prefix + spelling }
      if index == word.count - 1, let suffix { spelling = spelling + suffix }
      if let id = vocabulary[spelling] {
        pieces.append(Piece(id: id, range: index..<index + 1))
        lastIsUnknown = false
      } else if let unknown {
        if fusesUnknown, lastIsUnknown, let last = pieces.popLast() {
          pieces.append(Piece(id: unknown, range: last.range.lowerBound..<index + 1))
        } else {
          pieces.append(Piece(id: unknown, range: index..<index + 1))
        }
        lastIsUnknown = true
      }
    }
    return pieces
  }

  /// Merges until no neighbours can be; the earliest learned first, of equal ones the leftmost.
  ///
  /// - Complexity: O(n log n) in the letters: a heap holds the merges that stand to be made.
  private func merged(_ pieces: [Piece]) -> [Piece] {
    guard pieces.count > 1 else { return pieces }
    var pieces = pieces
    var previous = pieces.indices.map { $0 - 1 }
    var next = pieces.indices.map { $0 + 1 }
    var isGone = [Bool](repeating: false, count: pieces.count)
    var waiting = Heap()

    func offer(_ left: Int, _ pieces: [Piece], _ next: [Int], _ waiting: inout Heap) {
      guard left >= 0, next[left] < pieces.count else { return }
      let pair = Pair(first: pieces[left].id, second: pieces[next[left]].id)
      if let merge = merges[pair] {
        waiting.push(
          Candidate(
            rank: merge.rank, place: left, first: pair.first, second: pair.second, id: merge.id))
      }
    }

    for index in 0..<pieces.count - 1 { offer(index, pieces, next, &waiting) }
    while let candidate = waiting.pop() {
      let left = candidate.place
      guard !isGone[left], next[left] < pieces.count else { continue }
      let right = next[left]
      // What stood there may have been merged since.
      guard pieces[left].id == candidate.first, pieces[right].id == candidate.second else {
        continue
      }
      pieces[left] = Piece(
        id: candidate.id, range: pieces[left].range.lowerBound..<pieces[right].range.upperBound)
      isGone[right] = true
      next[left] = next[right]
      if next[left] < pieces.count { previous[next[left]] = left }
      offer(previous[left], pieces, next, &waiting)
      offer(left, pieces, next, &waiting)
    }
    return pieces.indices.filter { !isGone[$0] }.map { pieces[$0] }
  }
}

/// A merge that stands to be made.
private struct Candidate {
  let rank, place, first, second, id: Int

  static func < (a: Candidate, b: Candidate) -> Bool { (a.rank, a.place) < (b.rank, b.place) }
}

/// A binary heap, the smallest first.
private struct Heap {
  private var items: [Candidate] = []

  mutating func push(_ item: Candidate) {
    items.append(item)
    var child = items.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child] < items[parent] else { break }
      items.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Candidate? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first }
    items[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < items.count && items[child] < items[least] {
        least = child
      }
      if least == parent { return first }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
