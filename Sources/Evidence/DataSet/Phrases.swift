import Tensors

/// Numbers as they stand in sentences.
enum Phrases {
  /// A number with so many decimals, halves to the even neighbour.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrEven)
    guard scaled.isFinite, scaled < 1e15 else { return "\(value)" }
    let whole = Int(saturating: scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let parts = whole.quotientAndRemainder(dividingBy: Int(saturating: scale))
    let decimals = String(parts.remainder)
    let zeros = String(repeating: "0", count: digits - decimals.count)
    return "\(sign)\(parts.quotient).\(zeros)\(decimals)"
  }

  /// The same without the zeros at the end, and none from a thousand on.
  static func number(_ value: Double, _ digits: Int = 3) -> String {
    if abs(value) >= 1000 { return fixed(value, 0) }
    var text = fixed(value, digits)
    while text.contains("."), let last = text.last, "0.".contains(last) {
      text.removeLast()
      if last == "." { break }
    }
    return text
  }

  static func percent(_ share: Double, _ digits: Int = 0) -> String {
    fixed(100 * share, digits) + "%"
  }

  /// A whole number with its thousands apart.
  static func count(_ value: Int) -> String {
    let digits = String(value)
    return digits.enumerated().reduce(into: "") { text, one in
      if one.offset > 0, (digits.count - one.offset) % 3 == 0 { text.append(",") }
      text.append(one.element)
    }
  }

  static func probability(_ value: Double) -> String {
    value < 0.001 ? "p < 0.001" : "p = \(number(value))"
  }

  /// A share with its interval; small ones with a decimal.
  static func share(_ share: Proportion) -> String {
    guard let value = share.share else { return "none" }
    let digits = value < 0.1 ? 1 : 0
    let (low, high) = (share.interval.lowerBound, share.interval.upperBound)
    return "\(percent(value, digits)) [\(percent(low, digits)), \(percent(high, digits))]"
  }
}
