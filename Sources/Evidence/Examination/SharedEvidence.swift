import Attribution

/// What explanations of one prediction are held against, computed once however many are tested:
/// gradient references, random sets, what removing and exchanging units does.
///
/// It serves examinations of one model, input, target, seed and settings, on one thread. Passes
/// count for the examination that made them.
package final class SharedEvidence {
  var removals: [RemovalWay: [[Int]: RemovalEffect]] = [:]
  var growths: [RemovalWay: [Int]] = [:]
  var exchanges: [AttentionScope: [Exchange: Double]] = [:]
  var streams: [Int: SetStream] = [:]
  var references: [Reference]?
  var sinks: [AttentionScope: SinkPositions] = [:]

  package init() {}
}
