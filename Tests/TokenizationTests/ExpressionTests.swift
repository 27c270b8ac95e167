import Tensors
import Testing

@testable import Tokenization

/// Oracle: what the common syntax of regular expressions means, worked out by hand.
@Suite struct ExpressionTests {
  private func ends(_ pattern: String, _ text: String) throws -> Int? {
    try Expression(pattern, subject: "pattern").match(Array(text.unicodeScalars), at: 0)
  }

  @Test(arguments: [
    ("a|ab", "ab", 1), ("ab|a", "ab", 2), ("a*", "aaab", 3), ("a*?b", "aaab", 4),
    ("(?:ab)+", "ababa", 4), ("(?:ab){1}", "abab", 2), ("\\p{N}{1,3}", "12345", 3),
    ("\\s+(?!\\S)", "   x", 2), ("\\s+(?!\\S)", "   ", 3), ("[^\\s\\p{L}]+", "!?a", 2),
    ("(?i:'LL)", "'ll", 3), ("[a-c]+", "abcd", 3), ("[^a-c]", "d", 1), ("a+(?=b)", "aab", 2),
    ("\\p{Lu}\\P{Lu}", "Ab", 2), ("a++", "aaa", 3), ("[\\]a]+", "a]", 2), ("^a$", "a", 1),
    (".", "é", 1), ("a{2,}", "aaa", 3), ("[[ab]c]+", "cab", 3),
  ])
  func matches(pattern: String, text: String, end: Int) throws {
    #expect(try ends(pattern, text) == end)
  }

  @Test(arguments: [
    ("b", "a"), ("a{2}", "a"), ("(?<!\\S)b", ""), ("a++a", "aaa"), ("\\d", "x"), ("$a", "a"),
  ])
  func matchesNot(pattern: String, text: String) throws {
    #expect(try ends(pattern, text) == nil)
  }

  @Test(arguments: [
    "(", ")", "[a", "a{2", "a{3,2}", "*a", "a**", "\\", "\\q", "\\p{Foo}", "\\pL", "(?<name>a)",
    "(?m:a)", "[a&&b]", "[[:alpha:]]", "(?<=ab)c", "a{5000}", "(?:ab)++",
    String(repeating: "(", count: 5000), String(repeating: "[", count: 5000),
  ])
  func refusesWhatItDoesNotRead(pattern: String) {
    #expect(throws: AssayError.self) { try Expression(pattern, subject: "pattern") }
  }

  /// A pattern whose backtracking doubles with every letter ends with an error.
  @Test func aMatchTakesABoundedNumberOfSteps() throws {
    let expression = try Expression("(?:a|a)*b", subject: "pattern")
    for count in [200, 100_000] {
      let text = [Unicode.Scalar](repeating: "a", count: count)
      let error = #expect(throws: AssayError.self) { try expression.match(text, at: 0) }
      #expect(error?.kind == .unsupported)
    }
  }
}
