import Tensors
import Values

/// Reads the syntax of a regular expression; whatever it does not know is an error that names it.
struct ExpressionParser {
  private let scalars: [Unicode.Scalar]
  private let subject: String
  private var position = 0
  private var depth = 0
  private var ignoresCase = false

  private static let deepest = 32
  private static let mostRepetitions = 1000

  init(_ pattern: String, subject: String) {
    scalars = Array(pattern.unicodeScalars)
    self.subject = subject
  }

  mutating func whole() throws(AssayError) -> Expression.Node {
    let node = try alternatives()
    if position < scalars.count { throw refused("an expression", "a stray )") }
    return node
  }

  private mutating func alternatives() throws(AssayError) -> Expression.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw refused("at most \(Self.deepest) nested groups", "more")
    }
    var choices = [try sequence()]
    while take("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .either(choices)
  }

  private mutating func sequence() throws(AssayError) -> Expression.Node {
    var nodes: [Expression.Node] = []
    while let next = peek, next != "|", next != ")" {
      nodes.append(try repeated(try atom()))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func repeated(_ node: Expression.Node) throws(AssayError) -> Expression.Node {
    var (least, most) = (1, 1)
    if take("*") {
      (least, most) = (0, Int.max)
    } else if take("+") {
      most = Int.max
    } else if take("?") {
      least = 0
    } else if peek == "{" {
      position += 1
      least = try number()
      most = least
      if take(",") { most = peek == "}" ? Int.max : try number() }
      guard take("}"), least <= most else { throw refused("{least,most}", "something else") }
    } else {
      return node
    }
    let lazy = take("?")
    let possessive = !lazy && take("+")
    if case .one = node {
    } else if possessive {
      throw refused("possessive repetitions of single classes", "one of a group")
    }
    if let next = peek, next == "*" || next == "{" {
      throw refused("one repetition", "a repetition of it")
    }
    return .times(node, least: least, most: most, lazy: lazy, possessive: possessive)
  }

  private mutating func number() throws(AssayError) -> Int {
    var value = 0
    let start = position
    while let next = peek, let digit = Int(String(next)) {
      value = value * 10 + digit
      position += 1
      guard value <= Self.mostRepetitions else {
        throw refused("at most \(Self.mostRepetitions) repetitions", "more")
      }
    }
    guard position > start else { throw refused("a number of repetitions", "none") }
    return value
  }

  private mutating func atom() throws(AssayError) -> Expression.Node {
    guard let next = peek else { throw refused("more", "the end") }
    position += 1
    switch next {
    case "(": return try group()
    case "[": return .one(try set())
    case ".": return .one(ScalarSet(classes: [(.any, true)]))
    case "^": return .start
    case "$": return .end
    case "\\":
      return .one(try escaped())
    case "*", "+", "?", "{": throw refused("something to repeat", "\(next)")
    default: return .one(single(next))
    }
  }

  private mutating func group() throws(AssayError) -> Expression.Node {
    let before = ignoresCase
    defer { ignoresCase = before }
    var wrap: (Expression.Node) throws(AssayError) -> Expression.Node = {
      (node) throws(AssayError) in node
    }
    if take("?") {
      if take("!") {
        wrap = { (node) throws(AssayError) in .ahead(node, holds: false) }
      } else if take("=") {
        wrap = { (node) throws(AssayError) in .ahead(node, holds: true) }
      } else if peek == "<" {
        position += 1
        let holds = take("=")
        guard holds || take("!") else { throw refused("(?<= or (?<!", "another group") }
        let subject = subject
        wrap = { (node) throws(AssayError) in
          guard case .one(let set) = node else {
            throw AssayError(
              .unsupported, subject, expected: "to look behind at one class", found: "more")
          }
          return .behind(set, holds: holds)
        }
      } else if take("i") {
        ignoresCase = true
        guard take(":") else { throw refused("(?i:", "another flag") }
      } else if !take(":") {
        throw refused("a group (?:, (?i:, (?=, (?!, (?<= or (?<!", "another")
      }
    }
    let node = try alternatives()
    guard take(")") else { throw refused("a closing )", "the end") }
    return try wrap(node)
  }

  /// What stands between brackets.
  private mutating func set() throws(AssayError) -> ScalarSet {
    var set = ScalarSet(ignoresCase: ignoresCase)
    set.isNegated = take("^")
    var isFirst = true
    while let next = peek, next != "]" || isFirst {
      position += 1
      isFirst = false
      if next == "&", peek == "&" { throw refused("classes without &&", "an intersection") }
      if next == "[" {
        if peek == ":" { throw refused("\\p{…} for classes", "[: :]") }
        depth += 1
        guard depth <= Self.deepest else { throw refused("fewer nested classes", "more") }
        set.sets.append(try self.set())
        depth -= 1
        continue
      }
      var low = next
      if next == "\\" {
        let one = try escaped()
        guard one.classes.isEmpty, let range = one.ranges.first,
          let scalar = Unicode.Scalar(range.lowerBound)
        else {
          set.classes += one.classes
          continue
        }
        low = scalar
      }
      guard peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.ranges.append(low.value...low.value)
        continue
      }
      position += 1
      var high = scalars[position]
      position += 1
      if high == "\\" {
        let one = try escaped()
        guard one.classes.isEmpty, let range = one.ranges.first,
          let scalar = Unicode.Scalar(range.lowerBound)
        else { throw refused("a range between two letters", "a class at its end") }
        high = scalar
      }
      guard low <= high else { throw refused("an ascending range", "\(low)-\(high)") }
      set.ranges.append(low.value...high.value)
    }
    guard take("]") else { throw refused("a closing ]", "the end") }
    return set
  }

  /// What follows a backslash.
  private mutating func escaped() throws(AssayError) -> ScalarSet {
    guard let next = peek else { throw refused("a letter after \\", "the end") }
    position += 1
    switch next {
    case "s": return ScalarSet(classes: [(.space, true)])
    case "S": return ScalarSet(classes: [(.space, false)])
    case "d": return ScalarSet(classes: [(.digit, true)])
    case "D": return ScalarSet(classes: [(.digit, false)])
    case "w": return ScalarSet(classes: [(.word, true)])
    case "W": return ScalarSet(classes: [(.word, false)])
    case "n": return single("\n")
    case "r": return single("\r")
    case "t": return single("\t")
    case "p", "P":
      guard take("{") else { throw refused("\\p{…}", "\\p alone") }
      var name = ""
      let isNegated = take("^")
      while let letter = peek, letter != "}" {
        name.unicodeScalars.append(letter)
        position += 1
      }
      guard take("}"), Self.categories.contains(name) else {
        throw refused("a general category such as \\p{L} or \\p{Lu}", "\\p{\(name)}")
      }
      return ScalarSet(classes: [(.category(name), (next == "p") != isNegated)])
    default:
      if next.properties.isAlphabetic || next.properties.numericType != nil {
        throw refused("\\s, \\d, \\w, \\p{…} or an escaped sign", "\\\(next)")
      }
      return single(next)
    }
  }

  private static let categories: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
    "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  private func single(_ scalar: Unicode.Scalar) -> ScalarSet {
    ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: ignoresCase)
  }

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  private func refused(_ expected: String, _ found: String) -> AssayError {
    AssayError(
      .unsupported, "\(subject), character \(position)", expected: expected, found: found)
  }
}
