import Testing

/// Expects |actual − expected| ≤ absolute + relative · |expected| for every element.
///
/// NaN is close to NaN only, an infinity to itself only. A failure names the worst element.
package func expectClose<Actual: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ actual: [Actual], _ expected: [Expected], relative: Double = 0, absolute: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectWithin(actual, expected, comment(), sourceLocation) { absolute + relative * abs($0) }
}

/// Expects |actual − expected| ≤ tolerance · max |expected| for every element: for results whose
/// rounding error follows the size of the terms, not that of the element.
package func expectCloseToLargest<Actual: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ actual: [Actual], _ expected: [Expected], tolerance: Double,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let largest = expected.reduce(0.0) { max($0, abs(Double($1))) }
  expectWithin(actual, expected, comment(), sourceLocation) { _ in tolerance * largest }
}

/// Expects |actual − expected| ≤ absolute + relative · |expected|.
package func expectClose<Actual: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ actual: Actual, _ expected: Expected, relative: Double = 0, absolute: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    [actual], [expected], relative: relative, absolute: absolute, comment(),
    sourceLocation: sourceLocation)
}

/// Expects the same bits in every element, so that +0 differs from −0 and a NaN equals itself.
package func expectBitEqual(
  _ actual: [Float], _ expected: [Float], _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard sameCount(actual.count, expected.count, comment(), sourceLocation) else { return }
  let different = actual.indices.filter { actual[$0].bitPattern != expected[$0].bitPattern }
  guard let first = different.first else { return }
  Issue.record(
    """
    \(comment()) \(different.count) of \(actual.count) elements differ in bits; the first at \
    [\(first)]: \(actual[first]), expected \(expected[first])
    """, sourceLocation: sourceLocation)
}

private func expectWithin<Actual: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ actual: [Actual], _ expected: [Expected], _ comment: String, _ location: SourceLocation,
  _ allowed: (Double) -> Double
) {
  guard sameCount(actual.count, expected.count, comment, location) else { return }
  var failures = 0
  var worst = (index: 0, excess: -Double.infinity)
  for index in actual.indices {
    let found = Double(actual[index])
    let wanted = Double(expected[index])
    if found == wanted || (found.isNaN && wanted.isNaN) { continue }
    let excess = abs(found - wanted) - allowed(wanted)
    if excess <= 0 { continue }
    failures += 1
    let rank = excess.isNaN ? .infinity : excess
    if rank > worst.excess { worst = (index, rank) }
  }
  guard failures > 0 else { return }
  let (found, wanted) = (Double(actual[worst.index]), Double(expected[worst.index]))
  Issue.record(
    """
    \(comment) \(failures) of \(actual.count) elements are too far off; the worst at \
    [\(worst.index)]: \(found), expected \(wanted) (difference \(abs(found - wanted)), allowed \
    \(allowed(wanted)))
    """, sourceLocation: location)
}

private func sameCount(
  _ actual: Int, _ expected: Int, _ comment: String, _ location: SourceLocation
) -> Bool {
  if actual == expected { return true }
  Issue.record(
    "\(comment) \(actual) elements, expected \(expected)", sourceLocation: location)
  return false
}
