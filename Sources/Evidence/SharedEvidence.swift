import Attribution

/// What explanations of one prediction are held against, computed once however many are tested:
/// gradient references and what removing tokens does.
///
/// It serves examinations of one model, input, target, seed and settings, on one thread. Passes
/// count for the examination that made them.
package final class SharedEvidence {
  var leaveOneOuts: [RemovalOperator: RemovalEffects] = [:]
  var removals: [RemovalOperator: [[Int]: RemovalEffect]] = [:]
  var references: [Reference]?

  package init() {}
}
