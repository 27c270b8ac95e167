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

  /// What is too rare to read on for.
  private static let rare = 0.01

  /// Whether nothing has reached the observed value in so many readings that this would happen less than
  /// once in a hundred times if p were `alpha`: reading on changes hardly any decision (that of a test at
  /// .05 with 199 readings, after 91 of them, in 2 of 100,000 maps placed at random).
  package func isClear(at alpha: Double) -> Bool {
    var chance = 1.0
    for _ in 0..<read { chance *= 1 - alpha }
    return exceedances == 0 && chance <= Self.rare
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
