import Attribution
import Evidence
import Models
import Tensors

/// What the verdict says of one map with its random sets and with all sets there are.
///
/// On short inputs nothing need be drawn: every set of |K| positions can be run, and the decision is
/// what the sampled one estimates.
package struct ExhaustiveTruth: Sendable {
  /// With the random sets of the default.
  package let sampled: Report
  /// With every set; of the curves along a ranking too.
  package let exhaustive: Report
  /// How many sets of |K| positions there are.
  package let sets: Double

  /// - Parameters:
  ///   - method: whose map is judged.
  ///   - checks: beside the primary ones.
  /// - Throws: `input` for more explained positions than all sets are run of.
  package init(
    _ model: Model, _ input: Input, method: String, checks: Checks.Selection, execution: Execution
  ) throws(AssayError) {
    guard (1...ExactShapley.most).contains(input.explained.count) else {
      throw AssayError(
        .input, "input", expected: "1 to \(ExactShapley.most) explained tokens",
        found: "\(input.explained.count)")
    }
    func report(_ draws: Draws) throws(AssayError) -> Report {
      var settings = Settings()
      settings.draws = draws
      return try model.verify(
        input, explanation: .method(method), checks: checks, settings: settings,
        execution: execution)
    }
    sampled = try report(Draws())
    exhaustive = try report(.all)
    let (count, size) = (sampled.units.count, sampled.highlighted.count)
    sets = (1 / SetStream(count: count, size: size, draws: .all, seed: 0).bound).rounded()
  }

  /// Whether both decide the same, for the same reason.
  package var agrees: Bool {
    sampled.verdict == exhaustive.verdict && sampled.reason == exhaustive.reason
  }
}

extension Draws {
  /// As many as there are sets of any size of `ExactShapley.most` positions: C(14, 7) = 3432.
  static let all: Draws = {
    var draws = Draws()
    (draws.means, draws.most) = (3432, 3432)
    (draws.supporting, draws.ranking) = (3432, 3432)
    return draws
  }()
}
