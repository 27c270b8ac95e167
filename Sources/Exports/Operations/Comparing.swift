import Evidence
import Tensors
import Values

extension Operations {
  /// Several methods on one input.
  static let comparing: Group = [
    "compare": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      var questions = MethodComparison.Questions()
      questions.methods = try fields.optional("methods")?.list { one throws(AssayError) in
        try one.string()
      }
      questions.statistic = try fields.optional("statistic")?.string() ?? questions.statistic
      questions.magnitudes = try fields.optional("magnitudes")?.boolean() ?? questions.magnitudes
      questions.target = try fields.target(model)
      questions.judges = try fields.optional("verdicts")?.boolean() ?? questions.judges
      questions.settings = try fields.settings("options", oracle: questions.settings.oracle)
      let execution = try call.execution(&fields)
      try fields.finish()
      return .methodComparison(
        try MethodComparison(model, input, questions, execution: execution))
    }
  ]
}

extension Fields {
  /// The options of a verdict; how much of the rule the oracle goes through unless that is one of them.
  mutating func settings(_ name: String, oracle: OracleDepth) throws(AssayError) -> Settings {
    let given = try options(name)
    var settings = try Settings(given)
    if given["oracle"] == nil { settings.oracle = oracle }
    return settings
  }
}

extension Value {
  fileprivate static func methodComparison(_ comparison: MethodComparison) -> Value {
    let count = comparison.explanations.count
    func matrix(_ cells: [Double?]) -> Value {
      .array(NumericArray(cells.map { $0 ?? .nan }, shape: [count, count]))
    }
    return [
      "explanations": .list(comparison.explanations.map(Value.explanation)),
      "skipped": .record(comparison.skipped.map { ($0.name, .text($0.why)) }),
      "matrix": matrix(comparison.agreement), "noise_floor": matrix(comparison.noiseFloor),
      "ceiling": .doubles(comparison.ceiling.map { $0 ?? .nan }),
      "judged": .list(
        comparison.judged.map { map in
          [
            "map": .text(map.name), "own": .judgement(map.own),
            "oracle": .optional(map.oracle, Value.judgement),
            "testable": .optional(map.isTestable) { .bool($0) },
            "chance_trusted": .bool(map.trustsChance),
          ]
        }),
      "pairs": .list(comparison.pairs.map(Value.pair)),
      "note": .optional(comparison.note) { .text($0) },
      "cost": .cost(comparison.cost),
    ]
  }
}
