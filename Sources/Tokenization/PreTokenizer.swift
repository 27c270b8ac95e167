import Tensors
import Values

/// How a text is cut into words before a vocabulary is looked at, as a `tokenizer.json` says.
enum PreTokenizer: Sendable {
  /// BERT's: at white space, which is dropped, and around every punctuation mark.
  case bert
  /// GPT-2's: bytes as letters, after its own expression unless something else has cut before.
  case byteLevel(addsSpace: Bool, cuts: Bool)
  case split(Pattern, Behavior, inverted: Bool)
  /// `\w+|[^\w\s]+`.
  case whitespace
  case whitespaceSplit
  case digits(individual: Bool)
  case punctuation(Behavior)
  case sequence([PreTokenizer])

  /// What becomes of a match.
  enum Behavior: String, Sendable, CaseIterable {
    case removed = "Removed"
    case isolated = "Isolated"
    case previous = "MergedWithPrevious"
    case next = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  private static let known = [
    "BertPreTokenizer", "ByteLevel", "Split", "Whitespace", "WhitespaceSplit", "Digits",
    "Punctuation", "Sequence",
  ]

  /// - Throws: `unsupported` for a type that is not listed above, `checkpoint` for broken fields.
  init(_ part: Part) throws(AssayError) {
    switch try part.type() {
    case "BertPreTokenizer": self = .bert
    case "ByteLevel":
      self = .byteLevel(
        addsSpace: try part.flag("add_prefix_space", default: true),
        cuts: try part.flag("use_regex", default: true))
    case "Split":
      self = .split(
        try Pattern(part, "pattern"), try Behavior(part),
        inverted: try part.flag("invert", default: false))
    case "Whitespace": self = .whitespace
    case "WhitespaceSplit": self = .whitespaceSplit
    case "Digits": self = .digits(individual: try part.flag("individual_digits", default: false))
    case "Punctuation": self = .punctuation(try Behavior(part))
    case "Sequence":
      var steps: [PreTokenizer] = []
      for step in try part.parts("pretokenizers") { steps.append(try PreTokenizer(step)) }
      self = .sequence(steps)
    default: throw try part.unknown("a pre-tokenizer", known: Self.known)
    }
  }

  /// The parts of `text`, none of them empty.
  func callAsFunction(_ text: NormalizedText) throws(AssayError) -> [NormalizedText] {
    switch self {
    case .bert:
      let words = Behavior.removed.cut(text, Self.runs(text) { $0.isSpace })
      return words.flatMap { Behavior.isolated.cut($0, Self.runs($0) { $0.isPunctuation }) }
    case .byteLevel(let addsSpace, let cuts):
      var text = text
      if addsSpace, let first = text.letters.first, first.scalar != " " { text.prepend([" "]) }
      let parts =
        cuts ? Behavior.isolated.cut(text, try ByteLetters.words.parts(of: text.scalars)) : [text]
      return parts.map { part in
        var part = part
        part.map(ByteLetters.letters)
        return part
      }
    case .split(let pattern, let behavior, let inverted):
      var parts = try pattern.parts(of: text.scalars)
      if inverted { parts = parts.map { ($0.range, !$0.matches) } }
      return behavior.cut(text, parts)
    case .whitespace:
      return Behavior.removed.cut(
        text, try Self.wordRuns.parts(of: text.scalars).map { ($0.range, !$0.matches) })
    case .whitespaceSplit: return Behavior.removed.cut(text, Self.runs(text) { $0.isSpace })
    case .digits(let individual):
      let behavior: Behavior = individual ? .isolated : .contiguous
      return behavior.cut(text, Self.runs(text) { $0.properties.numericType != nil })
    case .punctuation(let behavior):
      return behavior.cut(text, Self.runs(text) { $0.isPunctuation })
    case .sequence(let steps):
      var parts = [text]
      for step in steps {
        var next: [NormalizedText] = []
        for part in parts { next += try step(part) }
        parts = next
      }
      return parts
    }
  }

  /// `\w+|[^\w\s]+`.
  private static let wordRuns: Pattern = {
    do {
      return Pattern(expression: try Expression("\\w+|[^\\w\\s]+", subject: "Whitespace"))
    } catch { preconditionFailure("the expression of Whitespace is not read: \(error)") }
  }()

  /// Every scalar by itself where it matches, and what lies between.
  private static func runs(
    _ text: NormalizedText, _ matches: (Unicode.Scalar) -> Bool
  ) -> [(range: Range<Int>, matches: Bool)] {
    var parts: [(range: Range<Int>, matches: Bool)] = []
    var from = 0
    for (index, letter) in text.letters.enumerated() where matches(letter.scalar) {
      if from < index { parts.append((from..<index, false)) }
      parts.append((index..<index + 1, true))
      from = index + 1
    }
    if from < text.letters.count { parts.append((from..<text.letters.count, false)) }
    return parts
  }
}

extension PreTokenizer.Behavior {
  fileprivate init(_ part: Part) throws(AssayError) {
    guard let behavior = Self(rawValue: try part.text("behavior")) else {
      throw part.wrong(
        "behavior", "one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = behavior
  }

  /// Cuts a text at the ranges, which cover it.
  fileprivate func cut(
    _ text: NormalizedText, _ parts: [(range: Range<Int>, matches: Bool)]
  ) -> [NormalizedText] {
    var ranges: [Range<Int>] = []
    var before: Bool?
    switch self {
    case .isolated: ranges = parts.map(\.range)
    case .removed: ranges = parts.filter { !$0.matches }.map(\.range)
    case .contiguous:
      for part in parts {
        if part.matches == before, let last = ranges.popLast() {
          ranges.append(last.lowerBound..<part.range.upperBound)
        } else {
          ranges.append(part.range)
        }
        before = part.matches
      }
    case .previous:
      for part in parts {
        if part.matches, before == false, let last = ranges.popLast() {
          ranges.append(last.lowerBound..<part.range.upperBound)
        } else {
          ranges.append(part.range)
        }
        before = part.matches
      }
    case .next:
      for part in parts.reversed() {
        if part.matches, before == false, let last = ranges.popLast() {
          ranges.append(part.range.lowerBound..<last.upperBound)
        } else {
          ranges.append(part.range)
        }
        before = part.matches
      }
      ranges.reverse()
    }
    return ranges.map(text.slice)
  }
}

/// GPT-2's spelling of bytes: those that print stand for themselves, the others for the letters from
/// U+0100 on.
enum ByteLetters {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
  static let words: Pattern = {
    let pattern =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"
    do { return Pattern(expression: try Expression(pattern, subject: "ByteLevel")) } catch {
      preconditionFailure("the expression of ByteLevel is not read: \(error)")
    }
  }()

  private static let table: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 33...126, 161...172, 174...255: return Unicode.Scalar(UInt8(truncatingIfNeeded: byte))
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "\u{FFFD}"
      }
    }
  }()

  /// The letter of a space.
  static let space = table[32]

  /// The letters of a scalar's bytes.
  static func letters(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    // A byte is a place in a table of 256.
    UTF8.encode(scalar).map { bytes in bytes.map { table[Int(exactly: $0) ?? 0] } } ?? []
  }
}
