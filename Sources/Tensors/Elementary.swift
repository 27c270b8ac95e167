#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// eˣ in double precision.
package func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm in double precision; −∞ at 0.
package func logarithm(_ x: Double) -> Double { log(x) }

/// cos in double precision.
package func cosine(_ x: Double) -> Double { cos(x) }

/// sin in double precision.
package func sine(_ x: Double) -> Double { sin(x) }

/// baseᵉ in double precision.
package func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
