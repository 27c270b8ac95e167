import Attribution
import Models
import Tensors

/// Does the map agree with what a person marked as the reason?
package struct Plausibility: Check {
  package let info = CheckInfo(
    name: "plausibility", condition: nil, role: .descriptive,
    claim: "the map names the tokens that a person would name",
    null: "none: a deterministic agreement",
    limits: "a map can please people and be untrue of the model; it never enters the verdict",
    cost: "none", source: "DeYoung et al. 2020 (ERASER)")

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let marked = examination.rationale else {
      return result(.notApplicable, "No human rationale was given.")
    }
    let count = marked.count { $0 }
    guard count > 0, count < marked.count else {
      return result(.notApplicable, "The rationale marks no token, or all of them.")
    }
    // As many tokens as the person marked, so that length alone decides nothing.
    let named = Set(examination.highlight.order.prefix(count))
    let hits = named.count { marked[$0] }
    let overlap = Double(hits) / Double(count)
    let spans = Plausibility.spanF1(
      predicted: examination.scores.indices.map(named.contains), human: marked)
    let area = Plausibility.averagePrecision(examination.scores, marked)
    var result = result(
      .inconclusive,
      "\(hits) of the \(count) tokens that a person marked are among the map's top \(count); this "
        + "says whether the map pleases, not whether it is true.")
    result.statistic = area
    result.effect = area
    result.details = [
      ("auprc", .number(area)), ("token_f1", .number(overlap)), ("iou_f1", .number(spans)),
      ("marked", .integer(count)),
    ]
    return result
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

extension Examination {
  /// Which explained tokens a person marked; nil when nobody was asked.
  var rationale: [Bool]? {
    settings.rationale.map { given in
      given.count == count ? given : question.positions.map { given[$0] }
    }
  }
}
