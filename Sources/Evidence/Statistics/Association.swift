/// What a statistic says about two score vectors: a number, or why there is none.
///
/// An undefined statistic is a value of its own. It is never 0 and never NaN, so that it can be
/// counted and reported instead of being averaged away.
public enum Association: Sendable, Equatable {
  /// The statistic and, where it has one, the probability of a value as far from chance.
  case defined(Double, pValue: PValue?)
  /// The statistic does not exist for these vectors.
  case undefined(Undefined)

  /// The statistic, or nil where it is undefined.
  public var value: Double? {
    guard case .defined(let value, _) = self else { return nil }
    return value
  }

  /// The p-value, or nil where the statistic is undefined or has no test.
  public var pValue: PValue? {
    guard case .defined(_, let pValue) = self else { return nil }
    return pValue
  }

  /// Why the statistic is undefined, or nil where it is defined.
  public var undefined: Undefined? {
    guard case .undefined(let reason) = self else { return nil }
    return reason
  }
}

/// A p-value and how it was obtained.
public struct PValue: Sendable, Equatable {
  /// The distribution under the null hypothesis that the two vectors are unrelated.
  public enum Method: String, Sendable {
    /// The exact distribution over all permutations, two-sided.
    case exact
    /// The normal approximation, corrected for ties, two-sided.
    case normal
    /// Student's t distribution, two-sided.
    case student
    /// Random (or all) permutations of the second vector; one-sided, towards agreement.
    case permutation
  }

  /// The probability, in 0...1.
  public let value: Double
  /// The null distribution.
  public let method: Method
}

/// Why a statistic does not exist.
public enum Undefined: Sendable, Equatable, CustomStringConvertible {
  /// Which of the two vectors is at fault.
  public enum Side: String, Sendable {
    /// The first vector.
    case first
    /// The second vector.
    case second
  }

  /// Fewer scores than the statistic needs.
  case tooFew(count: Int, needed: Int)
  /// A score that is infinite or not a number.
  case notFinite(Side, position: Int)
  /// All scores are equal, so they rank nothing.
  case constant(Side)
  /// There is no (positive) mass to distribute over the positions.
  case noMass(Side)
  /// Ties reach from the first place beyond the k-th, so no top-k list exists.
  case tiedAtTop(Side)

  /// One sentence without a full stop.
  public var description: String {
    switch self {
    case .tooFew(let count, let needed): "\(count) scores where at least \(needed) are needed"
    case .notFinite(let side, let position): "the \(side) vector is not finite at \(position)"
    case .constant(let side): "the \(side) vector is constant"
    case .noMass(let side): "the \(side) vector has no mass"
    case .tiedAtTop(let side): "ties in the \(side) vector leave no top-k list"
    }
  }
}
