import Tensors

/// One effect of sets of units on the prediction, measured for one set against sets of its size.
///
/// Passes are spent where something hangs on them: growth towards the best set is left out where
/// sets at random already decide, and a p-value reads on only where it can still support.
struct SetExperiment {
  /// f of each of several sets, whatever was asked before.
  let effects: ([[Int]]) throws(AssayError) -> [Double]
  /// A good set of a size that is searched for; nil where none is.
  let searched: ((Int) throws(AssayError) -> [Int])?
  /// No set has a larger effect than this.
  let most: Double
  /// How many units there are.
  let count: Int
  let stream: (Int) -> SetStream
  let thresholds: Thresholds
  let draws: Draws
  /// Whether everything is measured, whatever hangs on it.
  var measuresAll = false

  /// How many sets a p-value reads at once.
  private static let batch = 27

  /// f of each unit alone.
  func singles() throws(AssayError) -> [Double] { try effects((0..<count).map { [$0] }) }

  /// The efficiency of one set.
  ///
  /// - Parameter mayDecide: whether support could still decide something; where it could not, the
  ///   p-value is that of the first sets (a smaller test of the same level).
  func measure(_ set: [Int], mayDecide: Bool = true) throws(AssayError) -> Efficiency {
    let form = CombinedForm(singles: try singles())
    let stream = self.stream(set.count)
    let first = stream.first
    let together = try effects([set])[0]
    let drawn = try effects(first)
    let means = form.means(of: drawn, first, isExact: stream.isEnumerated)
    var found = Best(form: form)
    let strongest = form.strongest(set.count)
    found.look(at: first, drawn)
    found.look(at: [set, strongest], [together, try effects([strongest])[0]])
    let observed = form(set, together)
    if let searched, set.count > 1,
      measuresAll
        || found.isOpen(
          observed, together, mean: means.combined, most: most + form.sum(strongest), thresholds)
    {
      let grown = try searched(set.count)
      found.look(at: [grown], try effects([grown]))
    }
    let null = zip(first, drawn).map { form($0, $1) }
    var result = Efficiency(
      set: set, together: together, combined: observed, typical: means.together,
      largest: found.largest, mean: means.combined, best: (found.set, found.combined), null: null,
      p: nil, bound: stream.bound)
    result.p = try pValue(result, stream, form, mayDecide: mayDecide)
    return result
  }

  /// The largest effect of a set of some size that a search finds.
  func largest(_ size: Int) throws(AssayError) -> Double {
    // Something must be left of the text.
    let size = min(size, max(1, count - 1))
    let strongest = CombinedForm(singles: try singles()).strongest(size)
    let sets =
      [strongest] + (try searched.map { search throws(AssayError) in [try search(size)] } ?? [])
    return try effects(sets).max() ?? 0
  }

  private func pValue(
    _ measured: Efficiency, _ stream: SetStream, _ form: CombinedForm, mayDecide: Bool
  ) throws(AssayError) -> SequentialP {
    var known = measured.null
    let enough = SequentialP.enough(alpha: thresholds.alpha, most: draws.most)
    func p() -> SequentialP {
      SequentialP(measured.combined, in: known, isExact: stream.isEnumerated, enough: enough)
    }
    let value = measured.value(thresholds.epsilon) ?? 0
    let mayStillSupport =
      measuresAll
      || (mayDecide && measured.together >= thresholds.epsilon && value >= thresholds.supported)
    var current = p()
    while mayStillSupport, known.count < stream.sets.count, current.exceedances < enough,
      measuresAll || !current.isClear(at: thresholds.alpha)
    {
      let next = Array(stream.sets[known.count...].prefix(Self.batch))
      known += zip(next, try effects(next)).map { form($0, $1) }
      current = p()
    }
    return current
  }

  /// The largest effects seen so far.
  private struct Best {
    let form: CombinedForm
    var set: [Int] = []
    var combined = -Double.infinity
    var largest = -Double.infinity

    /// Ties go to the set that stands earlier in the text.
    mutating func look(at sets: [[Int]], _ effects: [Double]) {
      for (candidate, effect) in zip(sets, effects) {
        largest = max(largest, effect)
        let value = form(candidate, effect)
        if value > combined
          || (value == combined && candidate.lexicographicallyPrecedes(set))
        {
          (set, combined) = (candidate, value)
        }
      }
    }

    /// Whether a better set could change what the numbers come to: not where the efficiency lies on
    /// one side of every bound whatever else there is, between what the best set found and what the
    /// best conceivable one make of it.
    func isOpen(
      _ observed: Double, _ together: Double, mean: Double, most: Double, _ thresholds: Thresholds
    ) -> Bool {
      if together < thresholds.epsilon { return largest < thresholds.epsilon }
      guard combined - mean >= thresholds.epsilon else { return true }
      let high = (observed - mean) / (combined - mean)
      let low = (observed - mean) / max(most - mean, combined - mean)
      return [thresholds.contradicted, thresholds.supported].contains { low < $0 && $0 <= high }
    }
  }
}
