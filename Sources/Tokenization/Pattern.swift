import Tensors
import Values

/// What a step looks for: a fixed text or a regular expression.
struct Pattern: Sendable {
  private enum Kind: Sendable {
    case text([Unicode.Scalar])
    case expression(Expression)
  }

  private let kind: Kind

  /// The pattern that a field holds as `{"String": …}` or `{"Regex": …}`.
  init(_ part: Part, _ name: String) throws(AssayError) {
    guard let pattern = try part.part(name) else { throw part.wrong(name, "a pattern") }
    if let text = try pattern.optionalText("String") {
      kind = .text(Array(text.unicodeScalars))
    } else {
      kind = .expression(
        try Expression(try pattern.text("Regex"), subject: "\(pattern.subject).Regex"))
    }
  }

  init(expression: Expression) { kind = .expression(expression) }

  /// Cuts `scalars` into matches and what lies between them, in order and without empty parts.
  func parts(
    of scalars: [Unicode.Scalar]
  ) throws(AssayError) -> [(range: Range<Int>, matches: Bool)] {
    var parts: [(range: Range<Int>, matches: Bool)] = []
    var (from, index) = (0, 0)
    while index < scalars.count {
      let end =
        switch kind {
        case .text(let text): Self.end(of: text, in: scalars, at: index)
        case .expression(let expression): try expression.match(scalars, at: index)
        }
      guard let end, end > index else {
        index += 1
        continue
      }
      if from < index { parts.append((from..<index, false)) }
      parts.append((index..<end, true))
      (from, index) = (end, end)
    }
    if from < scalars.count { parts.append((from..<scalars.count, false)) }
    return parts
  }

  private static func end(
    of text: [Unicode.Scalar], in scalars: [Unicode.Scalar], at index: Int
  ) -> Int? {
    let end = index + text.count
    guard !text.isEmpty, end <= scalars.count else { return nil }
    return scalars[index..<end].elementsEqual(text) ? end : nil
  }
}
