import Evidence
import Synchronization
import Tensors

/// The verdict's measured error rates on models whose truth is known.
///
/// A draw is a model with one text, and every row counts one verdict a model, so that the counts
/// of a row are independent. Unfair models are left out and counted.
package struct Calibration: Sendable {
  package let draws: Int
  package let seed: UInt64
  package let purpose: Purpose
  package let trials: [PlantedTrial]
  /// The conditions of fairness that models failed, one list a model, by family.
  package let failures: [String: [[String]]]
  package let settings: Settings

  /// How many models failed the conditions of fairness, by family.
  package var unfair: [String: Int] { failures.mapValues(\.count) }

  /// The part that one generator made.
  func of(_ generator: PlantedGenerator) -> Calibration {
    Calibration(
      draws: draws, seed: seed, purpose: purpose,
      trials: trials.filter { $0.generator == generator }, failures: failures,
      settings: settings)
  }

  /// The part of one kind of model.
  func of(_ kind: PlantedKind) -> Calibration {
    Calibration(
      draws: draws, seed: seed, purpose: purpose, trials: trials.filter { $0.kind == kind.name },
      failures: failures, settings: settings)
  }

  /// What the models are drawn for: thresholds are chosen on some, and judged on others.
  package enum Purpose: String, Sendable, CaseIterable {
    case calibration, evaluation
  }
}

extension KnownTruth {
  /// Runs the verdict on `draws` models of every written family of the base kind, and a third as many of
  /// every taught one, whose models take a second each to train, and of every further kind.
  ///
  /// - Parameters:
  ///   - purpose: which models are drawn; the two purposes share none.
  ///   - families: names of families; all when nil.
  ///   - kinds: names of kinds of models; all when nil.
  ///   - wrongMaps: whether wrong maps are tested in the place of true ones.
  ///   - considering: further thresholds under which every trial's verdict is given.
  /// - Throws: `option` for an unknown family, `cancelled`.
  package static func calibrate(
    draws: Int, seed: UInt64 = 0, purpose: Calibration.Purpose = .evaluation,
    families names: [String]? = nil, kinds: [String]? = nil, wrongMaps: Bool = true,
    settings: Settings = Settings(), considering thresholds: [Thresholds] = [],
    execution: Execution = Execution()
  ) throws(AssayError) -> Calibration {
    let chosen = try chosen(names, kinds)
    // Where each family's models begin among those of all.
    var starts = [0]
    for family in chosen { starts.append(starts[starts.count - 1] + family.models(draws)) }
    let total = starts[chosen.count]
    var trials: [PlantedTrial] = []
    var failures: [String: [[String]]] = [:]
    // In portions, so that the calling thread can say how far it is between them.
    let portion = 16 * execution.parallel.threads
    for start in stride(from: 0, to: total, by: portion) {
      try execution.report(Double(start) / Double(total), "calibrating")
      let count = min(portion, total - start)
      let jobs = (start..<start + count).map { index in
        let place = starts.lastIndex { $0 <= index } ?? 0
        return (family: chosen[place], number: index - starts[place])
      }
      let results = Mutex([Result<Draw, AssayError>?](repeating: nil, count: count))
      execution.parallel.forEach(count, nanosecondsEach: 1e8) { offset in
        let (family, number) = jobs[offset]
        let result = Result { () throws(AssayError) in
          var inner = Execution(seed: seed &+ UInt64(truncatingIfNeeded: number))
          inner.memoryBudget = execution.memoryBudget
          inner = inner.watched(by: execution.parallel.poll)
          let planted = try PlantedModel(
            family, purpose: purpose.rawValue, number: number, seed: seed, execution: inner)
          let failures = try Fairness(planted, inner).failures
          guard failures.isEmpty else { return Draw(failures: failures) }
          return Draw(
            trials: try planted.trials(
              family, number: number, wrongMaps: wrongMaps, settings: settings,
              considering: thresholds, execution: inner))
        }
        results.withLock { $0[offset] = result }
      }
      try execution.checkCancellation()
      for (job, result) in zip(jobs, results.withLock({ $0 })) {
        switch result {
        case .success(let draw):
          trials += draw.trials
          if !draw.failures.isEmpty {
            failures[job.family.info.name, default: []].append(draw.failures)
          }
        case .failure(let error): throw error
        case nil: throw .cancelled
        }
      }
    }
    try execution.checkCancellation()
    return Calibration(
      draws: draws, seed: seed, purpose: purpose, trials: trials, failures: failures,
      settings: settings)
  }

  /// The families of some names and kinds.
  private static func chosen(
    _ names: [String]?, _ kinds: [String]?
  ) throws(AssayError) -> [any PlantedFamily] {
    var chosen = families
    if let names {
      chosen = []
      for name in names { chosen.append(try named(name)) }
    }
    guard let kinds else { return chosen }
    for name in kinds { _ = try PlantedKind.named(name) }
    return chosen.filter { kinds.contains($0.kind.name) }
  }

  /// What came of one model: verdicts if it was fair.
  private struct Draw {
    var trials: [PlantedTrial] = []
    var failures: [String] = []
  }
}
