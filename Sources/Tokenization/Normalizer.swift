import Tensors
import Values

/// What is done to a text before it is cut, as a `tokenizer.json` says.
enum Normalizer: Sendable {
  /// BERT's: control characters removed, ideographs set apart, accents stripped, lower case.
  case bert(cleans: Bool, separatesIdeographs: Bool, stripsAccents: Bool, lowers: Bool)
  /// Unicode's forms C, D, KC, KD.
  case composed(compatible: Bool)
  case decomposed(compatible: Bool)
  case lowercase
  case stripAccents
  /// White space at the ends.
  case strip(left: Bool, right: Bool)
  case prepend([Unicode.Scalar])
  /// Every occurrence of a text by another.
  case replace(Pattern, [Unicode.Scalar])
  case sequence([Normalizer])

  private static let known = [
    "BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip",
    "Prepend", "Replace", "Sequence",
  ]

  /// - Throws: `unsupported` for a type that is not listed above, `checkpoint` for broken fields.
  init(_ part: Part) throws(AssayError) {
    switch try part.type() {
    case "BertNormalizer":
      let lowers = try part.flag("lowercase", default: true)
      self = .bert(
        cleans: try part.flag("clean_text", default: true),
        separatesIdeographs: try part.flag("handle_chinese_chars", default: true),
        stripsAccents: try part.flag("strip_accents", default: lowers), lowers: lowers)
    case "NFC": self = .composed(compatible: false)
    case "NFKC": self = .composed(compatible: true)
    case "NFD": self = .decomposed(compatible: false)
    case "NFKD": self = .decomposed(compatible: true)
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "Strip":
      self = .strip(
        left: try part.flag("strip_left", default: true),
        right: try part.flag("strip_right", default: true))
    case "Prepend": self = .prepend(Array(try part.text("prepend").unicodeScalars))
    case "Replace":
      self = .replace(
        try Pattern(part, "pattern"), Array(try part.text("content").unicodeScalars))
    case "Sequence":
      var steps: [Normalizer] = []
      for step in try part.parts("normalizers") { steps.append(try Normalizer(step)) }
      self = .sequence(steps)
    default: throw try part.unknown("a normalizer", known: Self.known)
    }
  }

  func callAsFunction(_ text: inout NormalizedText) throws(AssayError) {
    switch self {
    case .bert(let cleans, let separatesIdeographs, let stripsAccents, let lowers):
      if cleans {
        text.filter { $0.value != 0 && $0.value != 0xFFFD && !$0.isControl }
        text.map { [$0.isSpace ? " " : $0] }
      }
      if separatesIdeographs { text.map { $0.isIdeograph ? [" ", $0, " "] : [$0] } }
      if stripsAccents {
        text.decompose(compatible: false)
        text.filter { !$0.isNonspacingMark }
      }
      if lowers { text.lowercase() }
    case .composed(let compatible): text.compose(compatible: compatible)
    case .decomposed(let compatible): text.decompose(compatible: compatible)
    case .lowercase: text.lowercase()
    case .stripAccents: text.filter { !$0.isNonspacingMark }
    case .strip(let left, let right):
      let letters = text.letters
      let start = left ? letters.firstIndex { !$0.scalar.isSpace } ?? letters.count : 0
      let end =
        right ? letters.lastIndex { !$0.scalar.isSpace }.map { $0 + 1 } ?? start : letters.count
      text = text.slice(min(start, end)..<end)
    case .prepend(let scalars): text.prepend(scalars)
    case .replace(let pattern, let content):
      var letters: [NormalizedText.Letter] = []
      for (range, matches) in try pattern.parts(of: text.scalars) {
        guard matches else {
          letters += text.letters[range]
          continue
        }
        let place = text.place(range)
        letters += content.map {
          NormalizedText.Letter(scalar: $0, start: place.lowerBound, end: place.upperBound)
        }
      }
      text = NormalizedText(letters)
    case .sequence(let steps):
      for step in steps { try step(&text) }
    }
  }
}

extension NormalizedText {
  fileprivate mutating func lowercase() {
    map { scalar in
      scalar.value < 0x80
        ? [
          Unicode.Scalar(
            UInt8(truncatingIfNeeded: scalar.value) | (("A"..."Z").contains(scalar) ? 0x20 : 0))
        ]
        : Array(scalar.properties.lowercaseMapping.unicodeScalars)
    }
  }
}
