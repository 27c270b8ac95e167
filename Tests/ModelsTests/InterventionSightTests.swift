import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// No edit lets a query attend to what it cannot see.
@Suite struct InterventionSightTests {
  /// Causal, and with windows of either kind.
  static let masked = [
    "gpt2-20x4", "gpt2-causal-20x4", "llama-24x4", "mistral-24x4", "gpt-neox-20x2",
    "modernbert-20x2",
  ]

  /// Every action, several times where it has arguments that matter, and whether it keeps a row's
  /// mass.
  private func actions(
    _ count: Int, _ queries: Int, _ masks: [AttentionMask]
  ) -> [(action: Intervention.Action, keepsMass: Bool)] {
    let half = count / 2
    var exchange = Array(0..<count)
    for key in 0..<half { exchange.swapAt(key, key + half) }
    let allowed = (0..<queries).flatMap { query in
      let visible = masks.map { $0.visible(query: query, queries: queries, keys: count) }
        .reduce(0..<count) { $0.clamped(to: $1) }
      return (0..<count).map { visible.contains($0) ? 1 / Float(visible.count) : 0 }
    }
    let actions: [(Intervention.Action, Bool)] = [
      (.replace(Tensor(allowed, shape: [queries, count])), true), (.uniform, true),
      (.permute(seed: 3), true), (.reorder((0..<count).reversed()), true),
      (.reorder(exchange), true), (.reorder(Array(1..<count) + [0]), true), (.scale(0.5), false),
      (.knockOut(renormalise: true), true), (.knockOut(renormalise: false), false),
    ]
    let pairs = (0..<half).map { (first: [$0], second: [$0 + half]) }
    let whole = [(first: [0, 1], second: [count - 1])]
    return actions + (0..<count).map { (.move(to: $0), true) } + [
      (.pour(to: [0, count - 1]), true), (.pour(to: [half]), true), (.exchange(pairs), true),
      (.exchange(whole), true), (.meanExchange(first: [[0], [1]], second: [[half, 2]]), true),
      (.meanExchange(first: [[1]], second: (2..<count).map { [$0] }), true),
    ]
  }

  /// The name of an action: one that is added must be listed above.
  private func name(_ action: Intervention.Action) -> String {
    switch action {
    case .replace: "replace"
    case .uniform: "uniform"
    case .permute: "permute"
    case .reorder: "reorder"
    case .scale: "scale"
    case .knockOut: "knockOut"
    case .move: "move"
    case .pour: "pour"
    case .exchange: "exchange"
    case .meanExchange: "meanExchange"
    case .patch: "patch"
    }
  }

  /// Oracle: the model's own masks, whose hidden weights are exactly zero, and the mass of a row.
  @Test(arguments: masked)
  func noWeightLiesAboveTheMask(_ fixtureName: String) throws {
    let fixture = try Fixture(fixtureName)
    let (model, input) = (try fixture.model(), try fixture.input(fixture.lengths[1]))
    let (card, count) = (model.card, input.count)
    let queries = card.queryCount(count)
    let sites = (0..<card.layers).map(Site.pattern)
    let actions = actions(count, queries, card.masks)
    #expect(
      Set(actions.map { name($0.action) }) == [
        "replace", "uniform", "permute", "reorder", "scale", "knockOut", "move",
        "pour", "exchange", "meanExchange",
      ])
    for (action, keepsMass) in actions {
      // A knock-out of every key would leave nothing to see.
      let keys = name(action) == "knockOut" ? [0, count / 2] : nil
      let kept = try model.predict(
        [input], interventions: [[Intervention(action, keys: keys)]], keep: sites
      ).kept
      for layer in 0..<card.layers {
        let weights = try #require(kept[.pattern(layer)]?.first).scalars
        for row in 0..<card.heads * queries {
          let query = row % queries
          let visible = card.masks[layer].visible(query: query, queries: queries, keys: count)
          let values = Array(weights[row * count..<(row + 1) * count])
          let unseen = values.indices.filter { !visible.contains($0) && values[$0] != 0 }
          #expect(unseen.isEmpty, "\(action), layer \(layer), query \(query): keys \(unseen)")
          let isEmptied = visible.allSatisfy { keys?.contains($0) ?? false }
          if keepsMass && !isEmptied {
            expectClose(values.reduce(0, +), 1, absolute: 1e-5)
          }
        }
      }
    }
  }

  /// Metamorphic: pouring onto one key is a move, exchanging single keys is a reordering, to the bit.
  @Test(arguments: masked + ["bert-gelu-20x5"])
  func unitsOfOneTokenAreEditedLikeTokens(_ fixtureName: String) throws {
    let fixture = try Fixture(fixtureName)
    let (model, input) = (try fixture.model(), try fixture.input(fixture.lengths[1]))
    var order = Array(0..<input.count)
    order.swapAt(0, 2)
    let edits: [(Intervention.Action, Intervention.Action)] = [
      (.pour(to: [1]), .move(to: 1)), (.exchange([(first: [0], second: [2])]), .reorder(order)),
    ]
    for (one, other) in edits {
      let keys = name(one) == "pour" ? [0, 2] : nil
      let outputs = try model.predict(
        [input, input],
        interventions: [one, other].map { [Intervention($0, keys: keys)] })
      #expect(outputs.logits(0) == outputs.logits(1), "\(one)")
    }
  }

  /// Oracle: the first layer's patterns under every single exchange, averaged in the test: k sets of one
  /// side change places with k of the other, in every choice and pairing.
  @Test(arguments: [(first: [0], second: [2, 3, 4]), (first: [0, 1], second: [2, 3, 4, 5])])
  func aMeanExchangeIsTheMeanOfExchanges(first: [Int], second: [Int]) throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let (model, input) = (try fixture.model(), try fixture.input(fixture.lengths[1]))
    func pattern(_ action: Intervention.Action) throws -> [Double] {
      let kept = try model.predict(
        [input], interventions: [[Intervention(action, layers: [0])]], keep: [.pattern(0)]
      ).kept
      return try #require(kept[.pattern(0)]?.first).scalars.map(Double.init)
    }
    func choices(_ size: Int) -> [[Int]] {
      size == 0
        ? [[]]
        : choices(size - 1).flatMap { chosen in
          second.filter { !chosen.contains($0) }.map { chosen + [$0] }
        }
    }
    let all = try choices(first.count).map { partners in
      try pattern(.exchange(zip(first, partners).map { (first: [$0], second: [$1]) }))
    }
    let mean = all[0].indices.map { place in
      all.reduce(0) { $0 + $1[place] } / Double(all.count)
    }
    let found = try pattern(
      .meanExchange(first: first.map { [$0] }, second: second.map { [$0] }))
    expectClose(found.map { Float($0) }, mean.map { Float($0) }, absolute: 1e-6)
  }

  @Test(arguments: masked)
  func aPatternThatAttendsToWhatIsHiddenIsRefused(_ fixtureName: String) throws {
    let fixture = try Fixture(fixtureName)
    let (model, input) = (try fixture.model(), try fixture.input(fixture.lengths[1]))
    let count = input.count
    let uniform = Tensor.filled(
      1 / Float(count), [model.card.queryCount(count), count])
    let error = #expect(throws: AssayError.self) {
      try model.predict([input], interventions: [[Intervention(.replace(uniform))]])
    }
    #expect(error?.kind == .option && error?.subject == "intervention replace: value")
    #expect(error?.expected.hasPrefix("weight only on keys that the query sees") ?? false)
  }
}
