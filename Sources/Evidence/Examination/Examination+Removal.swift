import Attribution
import Models
import Tensors

/// One way in which units are taken away.
package struct RemovalWay: Hashable, Sendable {
  package let how: RemovalOperator
  /// Whether every attention pattern stays that of the unedited pass, so that no softmax can
  /// redistribute what the removed units held.
  package var holdsPatterns = false
}

/// What one removal did to the prediction.
package struct RemovalEffect: Sendable {
  /// How far the prediction moved.
  package let distance: Double
  /// How much of the target's support is gone.
  package let drop: Double
  /// Whether another label is predicted (in most draws).
  package let flips: Bool

  static let none = RemovalEffect(distance: 0, drop: 0, flips: false)
}

extension Examination {
  /// The removal operators that can be used here, in the order in which they are tried: the one that
  /// draws, and takes several passes a set, comes last.
  package var operators: [RemovalOperator] {
    let model = question.model
    let wanted: [RemovalOperator]
    if let chosen = settings.operators {
      wanted = chosen
    } else {
      let blank = RemovalOperator.usable([.mask, .meanEmbedding], model, question.input)
      wanted = [.delete] + (blank.map { [$0] } ?? []) + [.attentionMask, .replace]
    }
    let usable = wanted.filter { $0.obstacle(model, question.input) == nil }
    // Within a budget there is no third to break a tie.
    return settings.thinning < 1 ? Array(usable.prefix(2)) : usable
  }

  /// Operators that replace embeddings and keep the length, so that patterns can be held.
  package var holdingOperators: [RemovalOperator] {
    guard question.model.card.capabilities.isSuperset(of: [.edits, .embeddings]) else { return [] }
    let usable = [RemovalOperator.mask, .meanEmbedding].filter {
      $0.obstacle(question.model, question.input) == nil
    }
    return settings.thinning < 1 ? Array(usable.prefix(1)) : usable
  }

  /// Runs that one removal takes.
  package func draws(_ how: RemovalOperator) -> Int { how == .replace ? settings.replacements : 1 }

  /// What removing each of several sets of units does, in their order; a set is run once however
  /// often it is asked for.
  package func effects(
    of sets: [[Int]], by way: RemovalWay
  ) throws(AssayError) -> [RemovalEffect] {
    var known = shared.removals[way] ?? [:]
    var missing: [[Int]] = []
    var seen = Set<[Int]>()
    for set in sets where !set.isEmpty && known[set] == nil && seen.insert(set).inserted {
      missing.append(set)
    }
    if !missing.isEmpty {
      let held = way.holdsPatterns ? try heldPatterns() : []
      // In slices, so that scores over a vocabulary need not all be held at once.
      for start in stride(from: 0, to: missing.count, by: Self.slice) {
        let slice = Array(missing[start..<min(start + Self.slice, missing.count)])
        let ablation = try question.ablate(
          slice.map(positions), by: way.how, draws: settings.replacements,
          fillers: settings.fillIns, holding: held)
        spend(ablation.cost)
        for (index, set) in slice.enumerated() {
          known[set] = RemovalEffect(ablation.probabilities[index], base, unit)
        }
      }
      shared.removals[way] = known
    }
    return sets.map { known[$0] ?? .none }
  }

  /// Sets that one call of the model is given at most.
  private static let slice = 256

  /// The effects of removing by an operator alone.
  package func effects(
    of sets: [[Int]], by how: RemovalOperator
  ) throws(AssayError) -> [RemovalEffect] {
    try effects(of: sets, by: RemovalWay(how: how))
  }

  /// What removing each unit alone does.
  package func leaveOneOut(_ how: RemovalOperator) throws(AssayError) -> [RemovalEffect] {
    try effects(of: (0..<count).map { [$0] }, by: how)
  }

  /// Removal as an experiment on sets of units.
  func experiment(_ way: RemovalWay) -> SetExperiment {
    let effects = { (sets: [[Int]]) throws(AssayError) -> [Double] in
      try self.effects(of: sets, by: way).map(\.distance)
    }
    return SetExperiment(
      effects: effects,
      searched: { size throws(AssayError) in try self.searched(size, way, effects) },
      most: unit.most(from: base), count: count, stream: stream, thresholds: thresholds,
      draws: settings.draws,
      measuresAll: settings.measuresAll)
  }

  /// A good set of a size by the search that was asked for.
  private func searched(
    _ size: Int, _ way: RemovalWay, _ effects: ([[Int]]) throws(AssayError) -> [Double]
  ) throws(AssayError) -> [Int] {
    let form = CombinedForm(singles: try effects((0..<count).map { [$0] }))
    switch settings.search {
    case .elimination:
      return try SetSearch.eliminate(to: size, of: count, effects)
    case .growth:
      let begun = shared.growths[way] ?? form.strongest(1)
      let path = try SetSearch.grow(begun, to: size, of: count, effects)
      shared.growths[way] = path
      let rest = form.strongest(count).filter { !path.contains($0) }
      let ordered = rest.sorted { (form.singles[$1], $0) < (form.singles[$0], $1) }
      return (path + ordered).prefix(size).sorted()
    }
  }

  /// Interventions that keep every pattern as it was in the unedited pass.
  private func heldPatterns() throws(AssayError) -> [Intervention] {
    let layers = Array(0..<question.model.card.layers)
    spend(Cost(forwards: 1))
    return zip(layers, try question.patterns(layers)).map { layer, pattern in
      Intervention(.replace(pattern), layers: [layer])
    }
  }

  /// Units of the lower half of the map (rounded down), K left out; empty with one unit.
  var lowerHalf: [Int] {
    highlight.order.suffix(count / 2).filter { !highlight.top.contains($0) }.sorted()
  }
}

extension RemovalEffect {
  /// The mean over draws.
  fileprivate init(_ outputs: [[Double]], _ base: [Double], _ unit: EffectUnit) {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    self.init(
      distance: mean(outputs.map { unit.distance($0, base) }),
      drop: mean(outputs.map { unit.drop($0, from: base) }),
      flips: 2 * outputs.count { predictsOtherLabel($0, than: base) } > outputs.count)
  }
}
