import Evidence

/// How well thresholds that were chosen on some planted models do on others.
package struct ThresholdStudy: Sendable {
  /// Thresholds chosen without some models, and what they come to on those.
  package struct HeldOut: Sendable {
    package let name: String
    package let choice: ThresholdChoice
    package let score: ThresholdScore
    /// The worst that any combination of the plateau comes to, each count by itself.
    package let worst: ThresholdScore
  }

  /// What one other value in the place of one chosen value comes to.
  package struct Change: Sendable {
    package let name: String
    package let value: Double
    package let isChosen: Bool
    package let score: ThresholdScore
  }

  /// Chosen on every calibration model.
  package let choice: ThresholdChoice
  package let families: [HeldOut]
  package let generators: [HeldOut]
  package let kinds: [HeldOut]
  package let changes: [Change]

  /// - Parameters:
  ///   - calibration: the models to choose on, whose trials considered the grid.
  ///   - evaluation: other models, on which the choice is judged.
  init(calibration: Calibration, evaluation: Calibration) {
    func heldOut(_ name: String, _ isOut: (PlantedTrial) -> Bool) -> HeldOut {
      let choice = ThresholdChoice(calibration.trials.filter { !isOut($0) })
      let models = JudgedModels(evaluation.trials.filter(isOut))
      return HeldOut(
        name: name, choice: choice, score: models.score(at: choice.index),
        worst: models.worst(over: choice.plateau))
    }
    let choice = ThresholdChoice(calibration.trials)
    self.choice = choice
    let present = KnownTruth.families.filter { family in
      evaluation.trials.contains {
        $0.family == family.info.name && $0.claim.truth != .graded
      }
    }
    // A family that is left out is left out in every kind of model.
    let roots = present.map(\.info.root)
    families = KnownTruth.families.map(\.info.name).filter(roots.contains).map { root in
      heldOut(root) { KnownTruth.roots[$0.family] == root }
    }
    generators = PlantedGenerator.allCases.filter { generator in
      present.contains { $0.generator == generator }
        && present.contains { $0.generator != generator }
    }.map { generator in heldOut(generator.rawValue) { $0.generator == generator } }
    let presentKinds = PlantedKind.all.filter { kind in
      present.contains { $0.kind.name == kind.name }
    }
    kinds =
      presentKinds.count < 2
      ? [] : presentKinds.map { kind in heldOut(kind.name) { $0.kind == kind.name } }
    let models = JudgedModels(evaluation.trials.filter { $0.claim.truth != .graded })
    changes = ThresholdGrid.axes.enumerated().flatMap { axis, values in
      values.indices.map { place in
        var moved = ThresholdGrid.places[choice.index]
        let isChosen = moved.places[axis] == place
        moved.places[axis] = place
        let index = ThresholdGrid.places.firstIndex(of: moved) ?? choice.index
        return Change(
          name: ThresholdGrid.names[axis], value: values[place], isChosen: isChosen,
          score: models.score(at: index))
      }
    }
  }
}

/// What thresholds come to on a set of models.
package struct ThresholdScore: Sendable {
  /// Models with a true explanation that are recognised.
  package let recognised: Proportion
  /// Models of which something untrue is trusted: their own map, or a wrong one.
  package let trusted: Proportion
  /// Models with an untrue explanation that get the verdict they should.
  package let refused: Proportion
}

/// Trials grouped by model, since verdicts on one model are not independent.
private struct JudgedModels {
  private let truthful: [[PlantedTrial]]
  private let untrue: [[PlantedTrial]]
  /// Everything that must not be trusted: untrue explanations, and wrong maps of true ones.
  private let untrusted: [[PlantedTrial]]

  init(_ trials: [PlantedTrial]) {
    truthful = trials.models { $0.claim.truth == .trustworthy }
    untrue = trials.models { $0.map == .own && $0.claim.truth.isUntrue }
    untrusted = trials.models {
      $0.map == .own ? $0.claim.truth.isUntrue : !$0.namesEvidence
    }
  }

  /// - Parameter index: the place of the thresholds in the grid.
  func score(at index: Int) -> ThresholdScore {
    func isTrusted(_ trial: PlantedTrial) -> Bool { trial.considered[index] == .trustworthy }
    return ThresholdScore(
      recognised: Proportion(
        truthful.count { $0.allSatisfy(isTrusted) }, of: truthful.count),
      trusted: Proportion(
        untrusted.count { $0.contains(where: isTrusted) }, of: untrusted.count),
      refused: Proportion(
        untrue.count { $0.allSatisfy { $0.claim.accepts($0.considered[index]) } },
        of: untrue.count))
  }

  func worst(over indices: [Int]) -> ThresholdScore {
    let scores = indices.map(score)
    func count(_ value: KeyPath<ThresholdScore, Proportion>) -> [Int] {
      scores.map { $0[keyPath: value].successes }
    }
    return ThresholdScore(
      recognised: Proportion(count(\.recognised).min() ?? 0, of: truthful.count),
      trusted: Proportion(count(\.trusted).max() ?? 0, of: untrusted.count),
      refused: Proportion(count(\.refused).min() ?? 0, of: untrue.count))
  }
}

extension PlantedClaim.Truth {
  /// Whether the verdict must not be trustworthy.
  var isUntrue: Bool { self != .trustworthy && self != .graded }
}

extension [PlantedTrial] {
  private struct Key: Hashable {
    let family: String
    let number: Int
  }

  /// The counted trials, grouped by model.
  func models(_ counted: (PlantedTrial) -> Bool) -> [[PlantedTrial]] {
    let groups = Dictionary(grouping: filter(counted)) {
      Key(family: $0.family, number: $0.number)
    }
    return [[PlantedTrial]](groups.values)
  }

  /// Counts the models of which something holds.
  func models(
    _ counted: (PlantedTrial) -> Bool, holds: ([PlantedTrial]) -> Bool
  ) -> Proportion {
    let groups = models(counted)
    return Proportion(groups.count(where: holds), of: groups.count)
  }
}
