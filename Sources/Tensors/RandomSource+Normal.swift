#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomSource.Draw {
  /// A standard normal number (Box & Muller 1958; the sine branch is dropped, so that every number
  /// uses the same count of random bits).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }
}
