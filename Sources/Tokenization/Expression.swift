import Tensors
import Values

/// A regular expression over Unicode scalars: the part of the common syntax that saved tokenizers
/// use, matched by backtracking with a bound on its steps.
///
/// The standard library's `Regex` works on characters and knows no bound; a `tokenizer.json` is an
/// untrusted file, and a pattern in it must not keep a process busy for ever.
struct Expression: Sendable {
  /// Something that matches or does not, at one place.
  indirect enum Node: Sendable {
    /// One scalar of a set.
    case one(ScalarSet)
    case sequence([Node])
    case either([Node])
    /// `least` to `most` times, the more the better unless it is lazy.
    case times(Node, least: Int, most: Int, lazy: Bool, possessive: Bool)
    /// What follows matches, or does not.
    case ahead(Node, holds: Bool)
    /// The scalar before is of the set, or is not; there is none at the start.
    case behind(ScalarSet, holds: Bool)
    case start
    case end
  }

  private let root: Node
  private let subject: String
  /// How many steps one match may take for every scalar of the text, and at least.
  private static let stepsEach = 64
  private static let fewestSteps = 100_000
  /// How often a group may be repeated in one match; every repetition nests.
  fileprivate static let deepest = 256

  /// - Throws: `unsupported` for syntax that is not read here.
  init(_ pattern: String, subject: String) throws(AssayError) {
    var parser = ExpressionParser(pattern, subject: subject)
    root = try parser.whole()
    self.subject = subject
  }

  /// Where the match that starts at `index` ends; nil when none does.
  ///
  /// - Throws: `unsupported` when it takes too many steps.
  func match(_ scalars: [Unicode.Scalar], at index: Int) throws(AssayError) -> Int? {
    var matcher = Matcher(
      scalars: scalars, steps: max(Self.fewestSteps, Self.stepsEach * scalars.count))
    let end = matcher.go(root, index) { _, place in place }
    guard matcher.steps > 0 else {
      throw AssayError(
        .unsupported, subject,
        expected: "an expression that is matched in few steps and few repetitions of a group",
        found: "one that is not")
    }
    return end
  }
}

private struct Matcher {
  let scalars: [Unicode.Scalar]
  /// What is left of the bound.
  var steps: Int
  private var depth = 0

  init(scalars: [Unicode.Scalar], steps: Int) { (self.scalars, self.steps) = (scalars, steps) }

  typealias Rest = (inout Matcher, Int) -> Int?

  /// The end of the first way in which the node and then `rest` match.
  mutating func go(_ node: Expression.Node, _ index: Int, _ rest: Rest) -> Int? {
    steps -= 1
    guard steps > 0 else { return nil }
    switch node {
    case .one(let set):
      guard index < scalars.count, set.contains(scalars[index]) else { return nil }
      return rest(&self, index + 1)
    case .sequence(let nodes): return go(nodes[...], index, rest)
    case .either(let choices):
      for choice in choices {
        if let found = go(choice, index, rest) { return found }
      }
      return nil
    case .times(.one(let set), let least, let most, let lazy, let possessive):
      return run(of: set, least, most, lazy, possessive, index, rest)
    case .times(let node, let least, let most, let lazy, _):
      return repeated(node, least, most, lazy, index, rest)
    case .ahead(let node, let holds):
      let found = go(node, index) { _, place in place } != nil
      return found == holds ? rest(&self, index) : nil
    case .behind(let set, let holds):
      let found = index > 0 && set.contains(scalars[index - 1])
      return found == holds ? rest(&self, index) : nil
    case .start: return index == 0 ? rest(&self, index) : nil
    case .end: return index == scalars.count ? rest(&self, index) : nil
    }
  }

  private mutating func go(_ nodes: ArraySlice<Expression.Node>, _ index: Int, _ rest: Rest) -> Int?
  {
    guard let first = nodes.first else { return rest(&self, index) }
    return go(first, index) { matcher, place in matcher.go(nodes.dropFirst(), place, rest) }
  }

  /// Repetitions of one set, without a call for each.
  private mutating func run(
    of set: ScalarSet, _ least: Int, _ most: Int, _ lazy: Bool, _ possessive: Bool, _ index: Int,
    _ rest: Rest
  ) -> Int? {
    var count = 0
    let limit = min(most, scalars.count - index)
    if lazy {
      while count <= limit {
        if count >= least, let found = rest(&self, index + count) { return found }
        guard count < limit, set.contains(scalars[index + count]) else { return nil }
        (count, steps) = (count + 1, steps - 1)
        if steps <= 0 { return nil }
      }
      return nil
    }
    while count < limit, set.contains(scalars[index + count]) { count += 1 }
    steps -= count / 8
    while count >= least {
      if let found = rest(&self, index + count) { return found }
      steps -= 1
      if possessive || steps <= 0 { return nil }
      count -= 1
    }
    return nil
  }

  private mutating func repeated(
    _ node: Expression.Node, _ least: Int, _ most: Int, _ lazy: Bool, _ index: Int, _ rest: Rest
  ) -> Int? {
    func again(_ matcher: inout Matcher) -> Int? {
      guard most > 0 else { return nil }
      guard matcher.depth < Expression.deepest else {
        matcher.steps = 0
        return nil
      }
      matcher.depth += 1
      defer { matcher.depth -= 1 }
      return matcher.go(node, index) { matcher, place in
        // A repetition of nothing would be repeated for ever.
        guard place > index || least > 0 else { return nil }
        return matcher.repeated(node, max(0, least - 1), most - 1, lazy, place, rest)
      }
    }
    if least > 0 { return again(&self) }
    if lazy { return rest(&self, index) ?? again(&self) }
    return again(&self) ?? rest(&self, index)
  }
}

/// A set of scalars: ranges and classes, or everything but those.
struct ScalarSet: Sendable {
  /// A class with a name.
  enum Class: Sendable {
    case space
    case digit
    case word
    /// A general category by its abbreviation: `L`, `Lu`, `N`, …
    case category(String)
    case any
  }

  var ranges: [ClosedRange<UInt32>] = []
  var classes: [(of: Class, holds: Bool)] = []
  var sets: [ScalarSet] = []
  var isNegated = false
  var ignoresCase = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if has(scalar) != isNegated { return true }
    guard ignoresCase else { return false }
    let other = Self.otherCase(scalar)
    return other != scalar && has(other) != isNegated
  }

  private func has(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
      || classes.contains { $0.of.contains(scalar) == $0.holds }
      || sets.contains { $0.contains(scalar) }
  }

  private static func otherCase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 {
      return scalar.properties.isAlphabetic
        ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value) ^ 0x20) : scalar
    }
    let (lower, upper) = (scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping)
    let other = lower.unicodeScalars.first == scalar ? upper : lower
    return other.unicodeScalars.count == 1 ? other.unicodeScalars.first ?? scalar : scalar
  }
}

extension ScalarSet.Class {
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .any: return scalar != "\n"
    case .space: return scalar.isSpace
    case .digit: return scalar.properties.generalCategory == .decimalNumber
    case .word: return scalar.isWordLetter
    case .category(let name):
      let own = scalar.properties.generalCategory.abbreviation
      return name.utf8.count == 1 ? own.utf8.first == name.utf8.first : own == name
    }
  }
}

extension Unicode.GeneralCategory {
  /// The two letters of the category.
  fileprivate var abbreviation: String {
    switch self {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}
