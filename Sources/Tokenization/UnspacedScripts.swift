/// Scripts that are written without spaces between words; `python/assay/inputs/scripts.py` names the
/// same.
extension Unicode.Scalar {
  /// Whether it is a letter or digit of such a script.
  var isUnspaced: Bool {
    guard Self.written.contains(properties.generalCategory), let name = properties.name else {
      return false
    }
    return Self.unspaced.contains { name.hasPrefix($0) }
  }

  private static let written: Set<Unicode.GeneralCategory> = [
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    .decimalNumber, .letterNumber, .otherNumber,
  ]

  /// How Unicode begins the names of their letters.
  private static let unspaced = [
    "CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "YI SYLLABLE", "THAI", "LAO", "KHMER", "MYANMAR",
    "TIBETAN",
  ]
}
