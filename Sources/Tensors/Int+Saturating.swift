extension Int {
  /// The whole part of a number; the nearest there is where it does not fit, 0 for NaN. `Int(_:)` would
  /// end the process.
  package init(saturating value: Double) {
    self =
      value.isNaN
      ? 0
      : value >= 0x1p63
        ? .max : value <= -0x1p63 ? .min : Int(exactly: value.rounded(.towardZero)) ?? 0
  }
}
