import Attribution
import Models
import Tensors
import Values

/// How different can a map become without changing the prediction?
package struct Adversarial: Check {
  package let info = CheckInfo(
    name: "adversarial", condition: .robustness, role: .supporting,
    claim: "no quite different attention gives the same prediction",
    null: "none: a search, whose best find is a lower bound",
    limits:
      "a search that finds nothing proves nothing; one that succeeds shows that the map is not "
      + "unique, which is not the same as not real",
    cost: "n + 5 × at most 500 forward and backward passes",
    source: "Jain & Wallace 2019; Wiegreffe & Pinter 2019", isDefault: false,
    needs: [.edits, .patternGradients, .classifier],
    options: [
      OptionSpec(
        "adversary", .choice(SearchPlan.allCases.map(\.rawValue)),
        default: .text(SearchPlan.redirects.rawValue),
        "where the search starts; published is Jain & Wallace's protocol")
    ])

  package func estimate(_ examination: Examination) -> Cost {
    guard examination.map != nil else { return Cost() }
    let search = AttentionSearch()
    let passes = search.restarts * (search.steps + 1)
    return Cost(forwards: examination.count + 3 + passes, backwards: passes)
  }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<AdversaryFinding> {
    let (top, question) = (examination.highlight.top, examination.question)
    guard let map = examination.map, examination.units.granularity == .token else {
      return .notApplicable("The scores are not a known function of attention.")
    }
    let others = examination.receivers(of: top)
    guard !top.isEmpty, !others.isEmpty else {
      return .undecided("There is no other token that could receive the attention.")
    }
    let named = try examination.options(of: self).text("adversary")
    let plan = SearchPlan(rawValue: named) ?? .redirects
    let search = plan.search(examination.thresholds)
    let ground = try ExaminedAttention(map, examination)
    // The attention, and the states below it.
    examination.spend(Cost(forwards: 2))
    // Every single redirect is a candidate as it stands; the best of them are starts as well.
    let keys = examination.positions(top)
    let poured = others.map { ground.pouring(from: keys, to: question.positions[$0]) }
    let distances = try examination.outputs(poured.map(ground.interventions)).map {
      totalVariation($0, examination.base)
    }
    let candidates = poured.indices.map { index -> AttentionSearch.Found in
      let weights = ground.distribution(of: poured[index])
      return AttentionSearch.Found(
        divergence: JensenShannon.divergence(weights, examination.highlight.weights),
        distance: distances[index], weights: weights)
    }
    let starts: [[Double]]
    switch plan {
    case .redirects:
      let nearest = candidates.indices.sorted {
        (candidates[$0].distance, $0) < (candidates[$1].distance, $1)
      }
      starts = [ground.attention] + nearest.prefix(search.restarts - 1).map { poured[$0] }
    case .published:
      var draw = examination.random("adversarial").draw(0)
      starts = search.randomStarts(ground, &draw)
    }
    let found = try search.run(ground, from: starts)
    let passes = found.looks * starts.count
    examination.spend(Cost(forwards: passes, backwards: passes))
    let allowed = plan == .redirects ? candidates.filter { $0.distance <= search.epsilon } : []
    return .found(
      AdversaryFinding(
        best: (found.best + allowed).max { $0.divergence < $1.divergence }
          ?? AttentionSearch.Found(),
        reachable: largestDivergence(from: examination.highlight.weights),
        leastWithoutTop: candidates.map(\.distance).min(), steps: found.steps,
        restarts: search.restarts, plan: plan, epsilon: search.epsilon))
  }

  /// The largest JSD from a distribution: the divergence is convex, so it lies at a corner, all
  /// mass on one position.
  private func largestDivergence(from weights: [Double]) -> Double {
    weights.indices.map { corner in
      JensenShannon.divergence(weights.indices.map { $0 == corner ? 1 : 0 }, weights)
    }.max() ?? 0
  }
}

/// The most different attention that was found to give the same prediction.
package struct AdversaryFinding: Finding {
  let best: AttentionSearch.Found
  /// The largest divergence that any map has from the tested one.
  package let reachable: Double
  package let leastWithoutTop: Double?
  let steps: Int
  let restarts: Int
  let plan: SearchPlan
  let epsilon: Double

  /// How far the map could be turned, as a share of the way to the most different one.
  package var share: Double { reachable > 0 ? best.divergence / reachable : 0 }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    share < thresholds.supported ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { share }
  package var effect: Double? { best.divergence }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Attention that leaves the prediction as it is (within \(percent(epsilon))) can turn the map "
      + "\(percent(share)) of the way to the most different one."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("jsd", .number(best.divergence)), ("largest_jsd", .number(reachable)),
      ("tvd", .number(best.distance)), ("map", .numbers(best.weights)),
      ("least_tvd_without_top", .number(leastWithoutTop)),
      ("steps", .integer(steps)), ("restarts", .integer(restarts)),
      ("plan", .text(plan.rawValue)), ("epsilon", .number(epsilon)),
    ]
  }
}
