import Foundation

/// The classes of scalars that saved tokenizers speak of.
extension Unicode.Scalar {
  /// Whether the scalar has the property White_Space.
  var isSpace: Bool { properties.isWhitespace }

  /// Whether BERT's cleaning removes it as a control: the general categories C*, but for tab, line
  /// feed and carriage return.
  var isControl: Bool {
    switch self {
    case "\t", "\n", "\r": false
    default:
      switch properties.generalCategory {
      case .control, .format, .privateUse, .surrogate: true
      default: false
      }
    }
  }

  /// Whether BERT splits at it: ASCII punctuation and symbols, and the general categories P*.
  var isPunctuation: Bool {
    switch value {
    case 33...47, 58...64, 91...96, 123...126: return true
    case 0..<128: return false
    default: return hasPunctuationCategory
    }
  }

  /// Whether its general category is one of P*.
  var hasPunctuationCategory: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }

  /// Whether it is an ideograph that BERT sets apart as a word of its own.
  var isIdeograph: Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// Whether it is a mark without a width of its own (general category Mn), such as an accent.
  var isNonspacingMark: Bool { properties.generalCategory == .nonspacingMark }

  /// Whether it may stand inside a word (`\w`).
  var isWordLetter: Bool {
    if properties.isAlphabetic { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return value == 0x200C || value == 0x200D
    }
  }
}

/// Canonical and compatible decomposition of single scalars, and composition of pairs.
enum Composition {
  /// The full decomposition of a scalar.
  static func decomposed(_ scalar: Unicode.Scalar, compatible: Bool) -> [Unicode.Scalar] {
    if scalar.value < 0x80 { return [scalar] }
    let text = String(scalar) as NSString
    let parts =
      compatible
      ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
    return Array(parts.unicodeScalars)
  }

  /// The one scalar that a pair composes to, if there is one.
  static func composed(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    // Syllables of Hangul compose by arithmetic (The Unicode Standard, section 3.12).
    let (lead, vowel, tail, syllable): (UInt32, UInt32, UInt32, UInt32) = (
      0x1100, 0x1161, 0x11A7, 0xAC00
    )
    let (a, b) = (first.value, second.value)
    if (lead..<lead + 19).contains(a), (vowel..<vowel + 21).contains(b) {
      return Unicode.Scalar(syllable + ((a - lead) * 21 + b - vowel) * 28)
    }
    if (syllable..<syllable + 11172).contains(a), (a - syllable).isMultiple(of: 28),
      (tail + 1..<tail + 28).contains(b)
    {
      return Unicode.Scalar(a + b - tail)
    }
    return pairs[decomposed(first, compatible: false) + [second]]
  }

  /// Scalars by their decomposition, but for those that nothing composes to. Foundation's own
  /// composition knows pairs that the standard does not, and lacks others.
  private static let pairs: [[Unicode.Scalar]: Unicode.Scalar] = {
    var pairs: [[Unicode.Scalar]: Unicode.Scalar] = [:]
    for value in [0xC0..<0x3100, 0x11000..<0x12000, 0x16100..<0x16E00].joined() {
      guard let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: value)),
        !scalar.properties.isFullCompositionExclusion
      else { continue }
      let parts = decomposed(scalar, compatible: false)
      if parts.count > 1 { pairs[parts] = scalar }
    }
    return pairs
  }()
}

extension NormalizedText {
  /// A scalar of a decomposition and how many scalars of the text it takes the place of.
  private typealias Part = (scalar: Unicode.Scalar, takes: Int)

  /// Unicode's normalization forms D and KD: every scalar decomposed, marks in canonical order.
  mutating func decompose(compatible: Bool) {
    if letters.allSatisfy({ $0.scalar.value < 0x80 }) { return }
    replace(with: decomposition(compatible: compatible))
  }

  /// Normalization forms C and KC: decomposed, then composed again.
  mutating func compose(compatible: Bool) {
    if letters.allSatisfy({ $0.scalar.value < 0x80 }) { return }
    var result: [Part] = []
    var starter: Int?
    var lastRank: UInt8 = 0
    for part in decomposition(compatible: compatible) {
      let rank = Self.rank(part.scalar)
      if let place = starter, place == result.count - 1 || (lastRank < rank && lastRank > 0),
        let composed = Composition.composed(result[place].scalar, part.scalar)
      {
        result[place] = (composed, result[place].takes + part.takes)
        continue
      }
      if rank == 0 { starter = result.count }
      lastRank = rank
      result.append(part)
    }
    replace(with: result)
  }

  private func decomposition(compatible: Bool) -> [Part] {
    var parts: [Part] = []
    for letter in letters {
      for (index, scalar) in Composition.decomposed(letter.scalar, compatible: compatible)
        .enumerated()
      {
        parts.append((scalar, index == 0 ? 1 : 0))
      }
    }
    var index = 0
    while index < parts.count {
      guard Self.rank(parts[index].scalar) != 0 else {
        index += 1
        continue
      }
      var end = index
      while end < parts.count, Self.rank(parts[end].scalar) != 0 { end += 1 }
      // Marks of one class stay as they stand.
      let run = parts[index..<end].enumerated().sorted {
        (Self.rank($0.element.scalar), $0.offset) < (Self.rank($1.element.scalar), $1.offset)
      }
      parts.replaceSubrange(index..<end, with: run.map(\.element))
      index = end
    }
    return parts
  }

  /// The canonical combining class; 0 is a starter.
  private static func rank(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.properties.canonicalCombiningClass.rawValue
  }
}
