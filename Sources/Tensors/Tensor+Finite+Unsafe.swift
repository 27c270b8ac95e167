import Kernels

extension Tensor {
  /// Whether all numbers are finite and their squares can be summed.
  ///
  /// Beyond 2⁵⁰ the variance that a norm divides by overflows and everything becomes zero, a quiet
  /// answer that means nothing; a float there has lost every digit that is small beside it anyway.
  package var isUsable: Bool {
    withExtendedLifetime(self) { isBelow(exponent: 50, unsafePointer, count: count) }
  }

  /// - Throws: `numeric` naming `subject` unless all numbers are usable.
  package func requireUsable(_ subject: String) throws(AssayError) {
    if isUsable { return }
    throw AssayError(
      .numeric, subject, expected: "finite numbers below 2⁵⁰",
      found: firstUnusable.map { "\($0)" } ?? "another")
  }

  /// The first number that is not usable, for messages.
  package var firstUnusable: Float? {
    withSpan { values in
      values.indices.first { !(values[$0].magnitude < 0x1p50) }.map { values[$0] }
    }
  }
}
