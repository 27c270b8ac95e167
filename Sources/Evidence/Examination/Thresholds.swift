/// The numbers the verdict rule rests on, written in this one place; checks read them here and hold
/// none of their own.
///
/// `assay calibrate --report` says what they come to on models whose truth is known, and what others
/// in their place would.
public struct Thresholds: Sendable, Equatable {
  /// The level of every test.
  public var alpha = 0.05
  /// The smallest change of the prediction that counts, in the unit of the effect.
  public var epsilon = 0.05
  /// An efficiency from here on supports.
  public var supported = 0.5
  /// An efficiency below this contradicts.
  public var contradicted = 0.1
  /// A map whose highlighted set holds less than so many times its even share is flat.
  public var flat = 1.5
  /// Where less than this share of the map's mass lies outside sinks, little is left to judge.
  public var explainedMass = 0.1
  /// Where chance alone passes more often than this, the input is too short to tell.
  public var power = 0.2
  /// Whether the values are others than those whose error rates were measured.
  public var provisional: Bool { self != Thresholds() }

  /// The chosen values.
  public init() {}
}
