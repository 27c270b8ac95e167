import Attribution
import Models
import Tensors

/// Several methods on one input: how far their maps agree, beside chance and repetition, and what the
/// rule makes of each on the same evidence.
package struct MethodComparison: Sendable {
  /// The explanations, in the order of the matrices.
  package let explanations: [Explanation]
  /// Methods that the model cannot do, and why.
  package let skipped: [(name: String, why: String)]
  /// `[method · method]`, symmetric, 1 on the diagonal; nil where undefined.
  package let agreement: [Double?]
  /// What 95 of 100 random rankings stay below; nil on the diagonal and where undefined.
  package let noiseFloor: [Double?]
  /// Each method against itself under another seed; 1 where nothing is random, nil where undefined.
  package let ceiling: [Double?]
  /// What the rule makes of each map; nothing where nobody asked.
  package let judged: [JudgedMap]
  /// Every two maps, the earlier one first.
  package let pairs: [MapPair]
  /// What explanations and verdicts took; what they share is counted once.
  package let cost: Cost

  /// What is asked of one input.
  package struct Questions: Sendable {
    /// The methods; nil means all that the model can do.
    package var methods: [String]?
    package var statistic = "kendall"
    /// Whether scores are compared by size, so that signed and unsigned methods meet.
    package var magnitudes = true
    package var target: Target?
    /// Whether each map is judged, by the checks that decide.
    package var judges = true
    package var settings: Settings

    package init() {
      settings = Settings()
      settings.oracle = .full
    }
  }

  /// - Throws: `option` for an unknown method or statistic, or where the model can do none of the
  ///   methods; `unsupported` for a method that was named and cannot be done; `cancelled`.
  package init(
    _ model: Model, _ input: Input, _ asked: Questions, execution: Execution
  ) throws(AssayError) {
    _ = try AgreementStatistic.named(asked.statistic)
    var quiet = execution
    quiet.progress = nil
    let question = try Question.judged(model, input, target: asked.target, execution: quiet)
    let shared = SharedEvidence()
    var (explanations, repeated): ([Explanation], [Explanation]) = ([], [])
    var skipped: [(name: String, why: String)] = []
    var cost = Cost(forwards: 1)
    quiet.seed &+= 1
    let again = Question(question, execution: quiet)
    let names = asked.methods ?? Methods.all.map(\.info.name)
    for (place, name) in names.enumerated() {
      try execution.report(Double(place) / Double(2 * names.count), name)
      do throws(AssayError) {
        let found = try shared.explanation(of: question, by: name)
        repeated.append(try again.explain(method: name))
        explanations.append(found.explanation)
        cost = cost + found.cost + (repeated.last?.cost ?? Cost())
      } catch {
        guard error.kind == .unsupported, asked.methods == nil else { throw error }
        skipped.append((name, error.description))
      }
    }
    guard !explanations.isEmpty else {
      throw AssayError(
        .option, "methods", expected: "one that the model can do", found: "none")
    }
    self.skipped = skipped
    self.explanations = explanations
    let maps = explanations.map { $0.compared(asked.magnitudes) }
    func measure(_ a: [Double], _ b: [Double]) throws(AssayError) -> Agreement.Entry? {
      try Agreement.measure(
        a, b, statistics: [asked.statistic], seed: execution.seed, execution: execution
      ).entries.first
    }
    let count = maps.count
    var agreement = [Double?](repeating: 1, count: count * count)
    var floors = [Double?](repeating: nil, count: count * count)
    for row in maps.indices {
      for column in 0..<row {
        let found = try measure(maps[row], maps[column])
        for place in [row * count + column, column * count + row] {
          agreement[place] = found?.association.value
          floors[place] = found?.noiseFloor?.quantile
        }
      }
    }
    self.agreement = agreement
    noiseFloor = floors
    var ceiling: [Double?] = []
    for (one, other) in zip(explanations, repeated) {
      ceiling.append(
        one.scores == other.scores
          ? 1
          : try measure(one.compared(asked.magnitudes), other.compared(asked.magnitudes))?
            .association.value)
    }
    self.ceiling = ceiling
    var judged: [JudgedMap] = []
    let checks = try Checks.selected(.deciding)
    for (place, one) in explanations.enumerated() where asked.judges {
      try execution.report(Double(count + place) / Double(2 * count), one.method)
      let (report, examination) = try model.judge(
        question, explanation: .method(one.method), asked: asked.target, checks: checks,
        settings: asked.settings, sharing: shared)
      judged.append(try JudgedMap(one.method, report, examination))
      cost = cost + examination.cost
    }
    self.judged = judged
    self.cost = cost
    let isTestable = [judged.contains { $0.isTestable ?? false }]
    pairs = judged.indices.flatMap { second in
      judged[..<second].map { first in
        MapPair(
          (first.name, [first]), (judged[second].name, [judged[second]]), isTestable: isTestable,
          execution)
      }
    }
  }

  /// What one text can say of the difference between two maps, and what it cannot; nil where no maps
  /// are judged.
  package var note: String? {
    pairs.isEmpty
      ? nil
      : "Differences of efficiency on this one text, measured on the same sets by the same operators. "
        + "A single text has no interval: whether a difference holds on others, an audit of the two "
        + "says."
  }
}

extension Explanation {
  /// The scores as they are compared.
  fileprivate func compared(_ magnitudes: Bool) -> [Double] {
    scores.map { magnitudes ? abs(Double($0)) : Double($0) }
  }
}
