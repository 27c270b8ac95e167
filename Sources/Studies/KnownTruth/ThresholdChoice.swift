import Evidence

/// Thresholds chosen on some planted models, by the errors they make there.
///
/// A model on which the verdict trusts what is untrue counts three times one on which it misses
/// what is true or does not refuse what it should; families count alike, however many models they
/// have. Combinations within one standard error of the fewest errors form the *plateau*: these
/// models cannot tell them apart. The written values are kept when they lie on it; otherwise the
/// combination of the plateau is taken that is the fewest steps away from them.
package struct ThresholdChoice: Sendable {
  /// The chosen values.
  package let thresholds: Thresholds
  /// Their place in the grid.
  package let index: Int
  /// The places of the combinations that do as well, ascending.
  package let plateau: [Int]
  /// The mean error over the families of the chosen values.
  package let error: Double
  /// The fewest errors of any combination, and their standard error over models.
  package let least: (error: Double, deviation: Double)

  /// How many misses one trusted untruth counts.
  package static let trust = 3.0

  /// Whether the written values lie on the plateau.
  package var keepsWritten: Bool { index == ThresholdGrid.written }

  init(_ trials: [PlantedTrial]) {
    let measured = Self.errors(trials)
    let best = measured.min { $0.mean < $1.mean } ?? (0, 0)
    least = (best.mean, best.variance.squareRoot())
    let bound = least.error + least.deviation + 1e-9
    plateau = measured.indices.filter { measured[$0].mean <= bound }
    let places = ThresholdGrid.places
    let origin = places[ThresholdGrid.written]
    index =
      plateau.min {
        (places[$0].steps(to: origin), measured[$0].mean)
          < (places[$1].steps(to: origin), measured[$1].mean)
      } ?? ThresholdGrid.written
    thresholds = places[index].thresholds
    error = measured[index].mean
  }

  /// The smallest and largest value of one threshold on the plateau, the others as chosen.
  package func range(_ axis: Int) -> ClosedRange<Double> {
    let chosen = ThresholdGrid.places[index]
    let values = plateau.compactMap { other -> Double? in
      var place = ThresholdGrid.places[other]
      let value = place.value(axis)
      place.places[axis] = chosen.places[axis]
      return place == chosen ? value : nil
    }
    return (values.min() ?? chosen.value(axis))...(values.max() ?? chosen.value(axis))
  }

  /// Each combination's mean over families of the errors a model, and the variance of that mean.
  private static func errors(_ trials: [PlantedTrial]) -> [(mean: Double, variance: Double)] {
    var total = [(mean: Double, variance: Double)](
      repeating: (0, 0), count: ThresholdGrid.places.count)
    let counted = trials.filter { $0.claim.truth != .graded }
    let families = Dictionary(grouping: counted, by: \.family)
    for (_, members) in families.sorted(by: { $0.key < $1.key }) {
      let models = Dictionary(grouping: members, by: \.number).sorted { $0.key < $1.key }
      let (count, share) = (Double(models.count), 1 / Double(families.count))
      for index in total.indices {
        let errors = models.map { $0.value.reduce(0) { max($0, $1.error(index)) } }
        let mean = errors.reduce(0, +) / count
        let squares = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        total[index].mean += share * mean
        total[index].variance += share * share * squares / (count * count)
      }
    }
    return total
  }
}

extension PlantedTrial {
  /// What the verdict under a combination of thresholds costs: nothing when it agrees with the
  /// truth. A wrong map that names a part of the evidence is not wrong enough to count.
  fileprivate func error(_ index: Int) -> Double {
    if map != .own && namesEvidence { return 0 }
    let verdict = considered[index]
    if claim.accepts(verdict) { return 0 }
    return verdict == .trustworthy ? ThresholdChoice.trust : 1
  }
}
