import Tensors

/// A Monte Carlo p-value that stops when it is decided (Besag & Clifford 1991).
///
/// Values of the null are read in order. At h = ⌈α(B + 1)⌉ exceedances after l of them p = h/l; when
/// all B are read p = (1 + #)/(1 + B). Where every value is enumerated p is their exact share. A tie
/// counts as an exceedance.
package struct SequentialP: Sendable, Equatable {
  /// The p-value.
  package let value: Double
  /// How many values were read.
  package let read: Int
  /// How many of them were at least the observed one.
  package let exceedances: Int
  /// Whether the values were all there are, so that p is exact.
  package let isExact: Bool

  /// - Parameters: what a reading of the null came to.
  package init(value: Double, read: Int, exceedances: Int, isExact: Bool) {
    self.value = value
    self.read = read
    self.exceedances = exceedances
    self.isExact = isExact
  }

  /// The exceedances at which reading stops.
  package static func enough(alpha: Double, most: Int) -> Int {
    max(1, Int(saturating: (alpha * Double(most + 1)).rounded(.up)))
  }

  /// Standard errors of independent sets; of balanced ones, whose variance is less than half, 2.4.
  private static let clear = 1.6

  /// Whether so few of the values that were read reach the observed one that reading on changes hardly any
  /// decision: p lies below `alpha` by 1.6 standard errors of independent sets.
  ///
  /// At 5 % that is none of 64, one of 91, two of 118, three of 145, four of 172. Where p is .05, balanced
  /// sets of the demo model have so few in 4, 4, 3, 1 of a thousand streams; were the sets independent,
  /// 3 in ten thousand maps placed at random would be decided otherwise (integral over p).
  package func isClear(at alpha: Double) -> Bool {
    let expected = alpha * Double(read)
    return expected - Double(exceedances) >= Self.clear * (expected * (1 - alpha)).squareRoot()
  }

  /// - Parameters:
  ///   - values: the null as far as it is known, in the order of the stream.
  ///   - isExact: whether these are all values there are.
  ///   - enough: the exceedances at which reading stops.
  package init(_ observed: Double, in values: [Double], isExact: Bool, enough: Int) {
    var (read, exceedances) = (0, 0)
    for value in values {
      read += 1
      if value >= observed - Draws.tie { exceedances += 1 }
      if !isExact && exceedances == enough { break }
    }
    self.read = read
    self.exceedances = exceedances
    self.isExact = isExact
    if isExact {
      value = Double(exceedances) / Double(max(read, 1))
    } else if exceedances == enough {
      value = Double(exceedances) / Double(read)
    } else {
      value = Double(1 + exceedances) / Double(1 + read)
    }
  }
}
