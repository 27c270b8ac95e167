import Attribution
import Models
import Tensors
import Values

/// Does the map agree with what a person marked as the reason?
package struct Plausibility: Check {
  package let info = CheckInfo(
    name: "plausibility", condition: nil, role: .descriptive,
    claim: "the map names the tokens that a person would name",
    null: "none: a deterministic agreement",
    limits: "a map can please people and be untrue of the model; it never enters the verdict",
    cost: "none", source: "DeYoung et al. 2020 (ERASER)",
    options: [
      OptionSpec(
        "rationale", .integers(0...1), default: .null,
        "a person's reasons: 1 for a token that is one, for each explained token or each token")
    ])

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<PlausibilityFinding> {
    guard let marked = try rationale(examination) else {
      return .notApplicable("No human rationale was given.")
    }
    let count = marked.count { $0 }
    guard count > 0, count < marked.count else {
      return .notApplicable("The rationale marks no token, or all of them.")
    }
    // As many tokens as the person marked, so that length alone decides nothing.
    let named = Set(examination.highlight.order.prefix(count))
    return .found(
      PlausibilityFinding(
        marked: count, hits: named.count { marked[$0] },
        spans: Plausibility.spanF1(
          predicted: examination.scores.indices.map(named.contains), human: marked),
        area: Plausibility.averagePrecision(examination.scores, marked)))
  }

  /// Which units a person marked: those with a marked token; nil when nobody was asked.
  /// - Throws: `shape` for marks of another number.
  private func rationale(_ examination: Examination) throws(AssayError) -> [Bool]? {
    guard let given = try examination.options(of: self).optionalIntegers("rationale") else {
      return nil
    }
    let (explained, all) = (examination.question.positions, examination.question.input.count)
    guard given.count == explained.count || given.count == all else {
      throw AssayError(
        .shape, "rationale",
        expected: "\(explained.count) marks (explained tokens) or \(all) (all tokens)",
        found: "\(given.count)")
    }
    let marked =
      given.count == explained.count
      ? Set(zip(explained, given).filter { $1 == 1 }.map(\.0))
      : Set(explained.filter { given[$0] == 1 })
    return examination.units.positions.map { $0.contains(where: marked.contains) }
  }

  /// The area under the precision–recall curve as a step function: Σ (R_i − R_{i−1}) P_i over the
  /// distinct scores from the top (average precision).
  static func averagePrecision(_ scores: [Double], _ marked: [Bool]) -> Double {
    let total = Double(marked.count { $0 })
    var (seen, hits, area) = (0.0, 0.0, 0.0)
    let groups = Ranking(scores)
    for group in groups.groups {
      let found = Double(group.count { marked[groups.order[$0]] })
      seen += Double(group.count)
      hits += found
      area += found / total * hits / seen
    }
    return area
  }

  /// F1 over spans, where a span counts as found when some span of the other side overlaps it by
  /// at least half of their union.
  static func spanF1(predicted: [Bool], human: [Bool]) -> Double {
    let (ours, theirs) = (spans(predicted), spans(human))
    func matches(_ span: Range<Int>, _ others: [Range<Int>]) -> Bool {
      others.contains { other in
        let shared = span.clamped(to: other).count
        return 2 * shared >= span.count + other.count - shared && shared > 0
      }
    }
    let precision = Double(ours.count { matches($0, theirs) }) / Double(max(ours.count, 1))
    let recall = Double(theirs.count { matches($0, ours) }) / Double(max(theirs.count, 1))
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }

  private static func spans(_ marks: [Bool]) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    for (index, mark) in marks.enumerated() where mark {
      if let last = spans.last, last.upperBound == index {
        spans[spans.count - 1] = last.lowerBound..<index + 1
      } else {
        spans.append(index..<index + 1)
      }
    }
    return spans
  }
}

/// How the map agrees with what a person marked.
package struct PlausibilityFinding: Finding {
  package let marked: Int
  package let hits: Int
  package let spans: Double
  package let area: Double

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { area }
  package var effect: Double? { area }

  package func sentence(_ thresholds: Thresholds) -> String {
    "\(hits) of the \(marked) tokens that a person marked are among the map's top \(marked); this "
      + "says whether the map pleases, not whether it is true."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("auprc", .number(area)), ("token_f1", .number(Double(hits) / Double(marked))),
      ("iou_f1", .number(spans)), ("marked", .integer(marked)),
    ]
  }
}
