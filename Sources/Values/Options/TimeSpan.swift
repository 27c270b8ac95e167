/// A time as people write it: a number and `ms`, `s`, `min` or `h`.
package struct TimeSpan: Sendable, Equatable {
  /// How long it is.
  package let seconds: Double

  /// Nothing longer is a time that somebody waits for: some eleven days.
  private static let longest = 1e6

  /// nil for what is no time, and for one that is not positive or longer than 10⁶ seconds.
  package init?(_ text: String) {
    let number = text.prefix { $0.isNumber || $0 == "." }
    let factors = ["ms": 0.001, "s": 1, "min": 60, "h": 3600]
    guard let factor = factors[String(text.dropFirst(number.count))],
      let value = Double(String(number)), value * factor > 0, value * factor <= Self.longest
    else { return nil }
    seconds = value * factor
  }
}
