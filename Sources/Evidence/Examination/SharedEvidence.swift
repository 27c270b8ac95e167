import Attribution
import Models
import Tensors
import Values

/// What explanations of one prediction are held against, computed once however many are tested:
/// explanations, random sets, what removing units and editing attention does, the oracle.
///
/// It serves examinations of one question, units and settings, on one thread. Everything in it is a
/// function of its key alone, so that no verdict depends on which other ones were asked for. Passes
/// count for the examination that made them.
package final class SharedEvidence {
  /// An explanation, by what made it.
  private struct Made {
    let method: String
    let options: Options
    let explanation: Explanation
  }

  private let thinning: Double
  private var made: [Made] = []
  private var thinned: [Double: SharedEvidence] = [:]
  var removals: [RemovalWay: [[Int]: RemovalEffect]] = [:]
  var growths: [RemovalWay: [Int]] = [:]
  var edits: [AttentionScope: [AttentionEdit: EditEffect]] = [:]
  var free: [AttentionScope: [[Int]]] = [:]
  /// What enters the blocks of which attention was edited.
  var lower = LowerStates()
  var streams: [Int: SetStream] = [:]
  var references: [Reference]?
  var sinks: [AttentionScope: SinkPositions] = [:]
  var oracles: [OracleKey: Oracle] = [:]

  package convenience init() { self.init(thinning: 1) }

  private init(thinning: Double) { self.thinning = thinning }

  /// An explanation by a registered method, made by whoever asks first.
  ///
  /// - Returns: the explanation, and what it took now: nothing where it was there.
  func explanation(
    of question: Question, by method: String, _ given: [String: Value] = [:]
  ) throws(AssayError) -> (explanation: Explanation, cost: Cost) {
    let options = try Options(
      given, for: try Methods.named(method).info.options, subject: method)
    if let known = made.first(where: { $0.method == method && $0.options == options }) {
      return (known.explanation, Cost())
    }
    let explanation = try question.explain(method: method, options: given)
    made.append(Made(method: method, options: options, explanation: explanation))
    return (explanation, explanation.cost)
  }

  /// The part for those to whom a budget leaves as few draws: they share among themselves.
  func within(_ settings: Settings) -> SharedEvidence {
    guard settings.thinning != thinning else { return self }
    if let known = thinned[settings.thinning] { return known }
    let part = SharedEvidence(thinning: settings.thinning)
    part.made = made
    thinned[settings.thinning] = part
    return part
  }
}
