import Evidence

/// The thresholds among which the verdict's are chosen: every combination of a few values each,
/// below and above the written ones.
package enum ThresholdGrid {
  static let epsilons = [0.01, 0.02, 0.035, 0.05, 0.07, 0.1, 0.15]
  static let supported = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
  static let contradicted = [0.025, 0.05, 0.1, 0.15, 0.2]
  static let flat = [1.2, 1.5, 1.8, 2.2]

  package static let names = ["epsilon", "supported", "contradicted", "flat"]
  package static let axes = [epsilons, supported, contradicted, flat]

  /// One combination, as places in the lists above.
  struct Place: Sendable, Hashable {
    var places: [Int]

    /// The value of one threshold.
    func value(_ axis: Int) -> Double { axes[axis][places[axis]] }

    var thresholds: Thresholds {
      var thresholds = Thresholds()
      thresholds.epsilon = value(0)
      thresholds.supported = value(1)
      thresholds.contradicted = value(2)
      thresholds.flat = value(3)
      return thresholds
    }

    /// How many steps of the lists lie between two combinations, all thresholds together.
    func steps(to other: Place) -> Int {
      zip(places, other.places).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
  }

  static let places: [Place] = axes.reduce([Place(places: [])]) { found, axis in
    found.flatMap { place in axis.indices.map { Place(places: place.places + [$0]) } }
  }

  /// The place of the written values.
  static let written = places.firstIndex { $0.thresholds == Thresholds() } ?? 0

  /// What is considered, in the order of a trial's `considered`.
  package static let all: [Thresholds] = places.map(\.thresholds)
}
