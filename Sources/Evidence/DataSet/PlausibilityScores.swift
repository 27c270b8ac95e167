/// How far a map marks what a person marked, by the measures of DeYoung et al. 2020 (ERASER, section
/// 4.1). None of them enters the verdict.
///
/// ERASER scores continuous maps by the precision–recall curve and hard selections by F1. The hard
/// selection of a map is its highlighted set K, on which the verdict rests.
package struct PlausibilityScores: Sendable, Equatable {
  /// The area under the precision–recall curve of the scores, by steps (average precision).
  package let auprc: Double
  /// F1 of K among the marked tokens.
  package let tokenF1: Double
  /// F1 of the runs of K among the marked runs.
  package let spanF1: Double

  /// - Parameters:
  ///   - highlighted: places of K among the scores.
  ///   - marked: what the person marked, one a score.
  /// - Returns: nil where nothing is marked.
  package init?(scores: [Double], highlighted: [Int], marked: [Bool]) {
    guard marked.contains(true) else { return nil }
    let chosen = Set(highlighted)
    auprc = PlausibilityScores.averagePrecision(scores, marked)
    tokenF1 =
      2 * Double(chosen.count { marked[$0] }) / Double(chosen.count + marked.count { $0 })
    spanF1 = PlausibilityScores.spanF1(predicted: scores.indices.map(chosen.contains), marked)
  }

  /// Σ (R_i − R_{i−1}) P_i over the distinct scores from the top; tied scores enter together. Steps,
  /// since joining the points by lines claims precisions that no threshold has (Davis & Goadrich
  /// 2006).
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

  /// F1 over runs of tokens; a run counts as found when it overlaps one of the other side by more
  /// than half of their union. (ERASER's code also counts exactly half; its text does not.)
  ///
  /// More than half can hold for one run of the other side only, so the runs found are the same
  /// number on both sides and F1 = 2 · found/(ours + theirs).
  static func spanF1(predicted: [Bool], _ marked: [Bool]) -> Double {
    let (ours, theirs) = (runs(predicted), runs(marked))
    let found = ours.count { run in
      theirs.contains { other in
        let shared = run.clamped(to: other).count
        return 2 * shared > run.count + other.count - shared
      }
    }
    return 2 * Double(found) / Double(max(ours.count + theirs.count, 1))
  }

  private static func runs(_ marks: [Bool]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for (index, mark) in marks.enumerated() where mark {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }
}
