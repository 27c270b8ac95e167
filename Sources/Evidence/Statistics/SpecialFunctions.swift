#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tail probabilities of the distributions that rank statistics refer to.
enum Distribution {
  /// P(|Z| ≥ |z|) for a standard normal Z.
  static func normalTwoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

  /// P(Z ≥ z) for a standard normal Z.
  static func normalUpper(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

  /// P(|T| ≥ |t|) for Student's t with `degrees` of freedom: I_x(degrees/2, ½) at
  /// x = degrees/(degrees + t²).
  static func studentTwoSided(_ t: Double, degrees: Double) -> Double {
    let square = t * t
    guard square.isFinite else { return 0 }
    return incompleteBeta(
      degrees / 2, x: degrees / (degrees + square), complement: square / (degrees + square))
  }

  /// P(|R| ≥ |r|) for the correlation of two unrelated normal vectors: t = r·√(degrees/(1 − r²)),
  /// for which x = 1 − r² directly.
  static func correlationTwoSided(_ r: Double, degrees: Double) -> Double {
    incompleteBeta(degrees / 2, x: (1 - r) * (1 + r), complement: r * r)
  }

  /// The regularised incomplete beta function I_x(a, ½).
  ///
  /// The continued fraction of Numerical Recipes (3rd ed., §6.4) on the side where it converges
  /// fast. `complement` is 1 − x, given separately because subtracting would cancel near x = 1.
  /// - Precondition: `a > 0`, x and its complement in 0...1.
  static func incompleteBeta(_ a: Double, x: Double, complement: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    // x^a (1 − x)^½ / B(a, ½); log1p keeps the digits of log x when x is near 1.
    let logarithm = x < 0.5 ? log(x) : log1p(-complement)
    let inverseBeta = gammaRatio(a) / Double.pi.squareRoot()
    let front = exp(a * logarithm) * complement.squareRoot() * inverseBeta
    guard x >= (a + 1) / (a + 2.5) else { return front * continuedFraction(a, 0.5, x) / a }
    return 1 - front * continuedFraction(0.5, a, complement) / 0.5
  }

  /// Γ(a + ½)/Γ(a): the asymptotic series of its logarithm at a + k ≥ 24, brought down by
  /// Γ(a + ½)/Γ(a) = a/(a + ½) · Γ(a + 3/2)/Γ(a + 1). Its first omitted term is below 1e-16.
  static func gammaRatio(_ a: Double) -> Double {
    var shifted = a
    var factor = 1.0
    while shifted < 24 {
      factor *= shifted / (shifted + 0.5)
      shifted += 1
    }
    let inverse = 1 / (shifted * shifted)
    let series = ((17.0 / 14336 * inverse - 1.0 / 640) * inverse + 1.0 / 192) * inverse - 1.0 / 8
    return factor * shifted.squareRoot() * exp(series / shifted)
  }

  /// Modified Lentz evaluation (Thompson & Barnett 1986) of the incomplete beta's fraction.
  private static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var numerator = 1.0
    var denominator = 1 / guarded(1 - (a + b) * x / (a + 1))
    var result = denominator
    // The number of steps grows like √max(a, b); 100 000 is far beyond any vector length.
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      denominator = 1 / guarded(1 + even * denominator)
      numerator = guarded(1 + even / numerator)
      result *= denominator * numerator
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 / guarded(1 + odd * denominator)
      numerator = guarded(1 + odd / numerator)
      result *= denominator * numerator
      if abs(denominator * numerator - 1) < 1e-16 { break }
    }
    return result
  }
}
