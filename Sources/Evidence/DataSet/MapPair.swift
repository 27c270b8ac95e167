import Tensors

/// Two maps on the same texts and by the same operators.
package struct MapPair: Sendable {
  package let first: String
  package let second: String
  /// How much more often the first is trusted, over testable texts.
  package let trusted: PairedComparison?
  /// How much larger the first's efficiency is in each condition, over texts where both have one.
  package let efficiency: [PairedComparison?]

  /// - Parameters:
  ///   - first, second: one map a text; nil for one that has none.
  ///   - isTestable: whether the text can tell maps apart, one a text.
  init(
    _ first: (name: String, maps: [JudgedMap?]), _ second: (name: String, maps: [JudgedMap?]),
    isTestable: [Bool], _ execution: Execution
  ) {
    self.first = first.name
    self.second = second.name
    let texts = zip(zip(first.maps, second.maps), isTestable).compactMap { maps, isTestable in
      maps.0.flatMap { one in maps.1.map { (own: one.own, other: $0.own, isTestable: isTestable) } }
    }
    let name = "pair.\(first.name).\(second.name)"
    trusted = PairedComparison(
      clusters: texts.filter(\.isTestable).map {
        [($0.own.isTrusted ? 1 : 0) - ($0.other.isTrusted ? 1 : 0)]
      }, execution, purpose: "\(name).trusted")
    efficiency = Condition.allCases.map { condition in
      PairedComparison(
        clusters: texts.map { $0.own.differences(from: $0.other, in: condition) }, execution,
        purpose: "\(name).\(condition.rawValue)")
    }
  }
}
