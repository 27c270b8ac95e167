import Attribution
import Models
import Tensors
import Values

/// Could another token receive the attention instead?
package struct Redirect: Check {
  package let info = CheckInfo(
    name: "redirect", condition: .robustness, role: .primary,
    claim: "the prediction depends on the attention being where the map says it is",
    null: "exchanging the attention of random sets of as many tokens",
    limits:
      "where hidden states of an edited layer are given, the edit speaks for those states only",
    cost: "2n + 64 to 199 forward passes from the lowest edited layer",
    source: "after Jain & Wallace 2019; Serrano & Smith 2019; Besag & Clifford 1991",
    needs: [.edits, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    let (count, size) = (examination.count, examination.highlight.top.count)
    let sets = examination.stream(size).sets.count + 2
    return Cost(forwards: count + 4 + count + sets)
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<RedirectFinding> {
    let top = examination.highlight.top
    let others = examination.receivers(of: top)
    guard !top.isEmpty, others.count >= top.count else {
      return .undecided("There is no other token that could receive the attention.")
    }
    guard examination.unit.isScaled else {
      return .undecided("Nobody said how much of the score is much, so no change of it has a size.")
    }
    let pours = others.map { AttentionEdit.pour(top, to: $0) }
    let found = try examination.effects(of: [.knockOut(top)] + pours).map(\.distance)
    let swap = try examination.exchanging([top])[0]
    let epsilon = examination.thresholds.epsilon
    let pourMedian = median(Array(found.dropFirst()))
    let mayHold =
      examination.settings.measuresAll || min(found[0], swap, pourMedian) >= epsilon
    return .found(
      RedirectFinding(
        knockOut: found[0],
        pours: zip(
          zip(others, found.dropFirst()), try examination.masses(of: top, movingTo: others)
        )
        .map { RedirectFinding.Pour(unit: $0.0, effect: $0.1, distance: $1) },
        swap: swap,
        // Placement can only support, and only where everything else does.
        placement: mayHold
          ? try examination.exchangeExperiment.measure(
            top, mayDecide: examination.mayBeTrusted) : nil,
        scope: examination.scope, knowsScope: examination.knowsScope,
        bound: examination.stream(top.count).bound))
  }
}

extension Examination {
  /// How far the rows in scope move, as mean total variation distance, when their weight on some units
  /// goes to each of several others: the weight of the rows that see the unit.
  fileprivate func masses(
    of set: [Int], movingTo units: [Int]
  ) throws(AssayError) -> [Double] {
    let keys = positions(set)
    let patterns = try question.patterns(scope.layers)
    spend(Cost(forwards: 1))
    let receivers = units.map { positions([$0]) }
    var sums = [Double](repeating: 0, count: units.count)
    var rows = 0
    for (layer, pattern) in zip(scope.layers, patterns) {
      let (heads, queries, width) = (pattern.shape[0], pattern.shape[1], pattern.shape[2])
      let mask = question.model.card.masks[layer].over(sources: question.input.sources)
      let chosen = scope.queries ?? Array(0..<queries)
      let seen = chosen.map { query in
        let visible = mask.visible(query: query, queries: queries, keys: width)
        return receivers.map { $0.allSatisfy(visible.contains) }
      }
      pattern.withSpan { values in
        for head in scope.heads ?? Array(0..<heads) {
          for (place, query) in chosen.enumerated() {
            let start = (head * queries + query) * width
            let mass = keys.reduce(0.0) { $0 + Double(values[start + $1]) }
            for unit in sums.indices where seen[place][unit] { sums[unit] += mass }
            rows += 1
          }
        }
      }
    }
    return sums.map { rows > 0 ? $0 / Double(rows) : 0 }
  }
}

/// Another position whose attention would have given nearly the same answer.
package struct Rival: Sendable, Equatable {
  /// The unit, and the token positions it has.
  package let unit: Int
  /// Its token positions.
  package let positions: [Int]
  /// How much of what knocking K out destroys comes back: 1 is all of it.
  package let restored: Double
  /// How far that attention is from the original: mean total variation distance of the rows.
  package let distance: Double
}

/// What sending the highlighted attention elsewhere did.
package struct RedirectFinding: Finding {
  /// Nobody attends to K.
  package let knockOut: Double
  /// K's attention goes to one other unit.
  package struct Pour: Sendable {
    package let unit: Int
    package let effect: Double
    /// How far the rows in scope move.
    package let distance: Double
  }

  package let pours: [Pour]
  /// K's attention changes places with that of as many other units, under the mean pattern.
  package let swap: Double
  /// The exchange against that of random sets; nil where something else already fails.
  package let placement: Efficiency?
  package let scope: AttentionScope
  package let knowsScope: Bool
  package let bound: Double

  package var pourMedian: Double { median(pours.map(\.effect)) }

  /// Whether attention elsewhere usually leaves the prediction as it is.
  package func isIdle(_ thresholds: Thresholds) -> Bool {
    pourMedian < thresholds.epsilon && swap < thresholds.epsilon
  }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    if isIdle(thresholds) { return .contradicts }
    let least = min(knockOut, pourMedian, swap)
    guard least >= thresholds.epsilon, let placement,
      let value = placement.value(thresholds.epsilon), value >= thresholds.supported,
      let p = placement.p, p.value <= max(thresholds.alpha, placement.bound)
    else { return .inconclusive }
    return .supports
  }

  /// Units whose attention would do as well: a pour onto them has at most half of the knock-out's
  /// effect. nil where knocking K out does nothing either, so that nothing can be restored.
  package func rivals(_ examination: Examination) -> [Rival]? {
    guard knockOut >= examination.thresholds.epsilon else { return nil }
    return pours.filter { $0.effect <= knockOut / 2 }.sorted { $0.effect < $1.effect }.map { one in
      Rival(
        unit: one.unit, positions: examination.positions([one.unit]),
        restored: 1 - one.effect / knockOut, distance: one.distance)
    }
  }

  /// The efficiency of the placement; 0 where attention elsewhere changes nothing.
  package func strength(_ thresholds: Thresholds) -> Double? {
    if min(knockOut, pourMedian, swap) < thresholds.epsilon { return 0 }
    return placement?.value(thresholds.epsilon)
  }

  package func statistic(_ thresholds: Thresholds) -> Double? {
    placement?.value(thresholds.epsilon)
  }
  package var effect: Double? { swap }
  package var pValue: Double? { placement?.p?.value }
  package var smallestP: Double? { bound }
  package var null: NullSummary? {
    placement.map { NullSummary(name: "random sets of \($0.set.count)", values: $0.null) }
  }

  package func sentence(_ thresholds: Thresholds) -> String {
    switch outcome(thresholds) {
    case .supports:
      return
        "Exchanging the highlighted attention for that of other tokens moves the prediction by "
        + "\(percent(swap)) — \(percent(statistic(thresholds) ?? 0)) of the way from random tokens "
        + "to the best ones found."
    case .contradicts:
      return
        "Sending the highlighted attention elsewhere usually leaves the prediction as it is: a "
        + "quite different map would have given the same answer."
    case .inconclusive, .notApplicable:
      if knockOut < thresholds.epsilon {
        return "Knocking the highlighted attention out hardly changes the prediction "
          + "(\(percent(knockOut)))."
      }
      let effects =
        "Exchanging the highlighted attention for that of other tokens moves the prediction by "
        + "\(percent(swap)), pouring it onto one by \(percent(pourMedian))"
      guard let placement else {
        return effects + ": one of the two hardly changes it."
      }
      guard let value = placement.value(thresholds.epsilon), value >= thresholds.supported,
        let p = placement.p
      else { return effects + "; other tokens' attention does as much." }
      return effects
        + "; \(p.exceedances) of \(p.read) random sets do as much, which is too many to "
        + "rule out luck."
    }
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    let effects = pours.map(\.effect)
    return [
      ("knock_out", .number(knockOut)), ("pour_median", .number(pourMedian)),
      ("pour_minimum", .number(effects.min())), ("swap_median", .number(swap)),
      (
        "placement",
        placement.map { .record($0.details(examination)) } ?? .null
      ),
      ("layers", .list(scope.layers.map { .integer($0) })),
      ("heads", scope.heads.map { .list($0.map { .integer($0) }) } ?? .null),
      ("queries", scope.queries.map { .list($0.map { .integer($0) }) } ?? .null),
      ("scope_known", .bool(knowsScope)),
      (
        "pours",
        .list(
          pours.map { one in
            .record([
              ("to", .list(examination.positions([one.unit]).map { .integer($0) })),
              ("tvd", .number(one.effect)), ("distance", .number(one.distance)),
            ])
          })
      ),
    ]
  }
}
