import Evidence
import Models
import Studies
import Tensors
import Values

extension Operations {
  /// The measurements of published studies.
  static let studying: Group = [
    "attention_study": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let execution = try call.execution(&fields)
      var study = AttentionStudy()
      study.permutations =
        try fields.optional("permutations")?.integer(in: 0...100_000) ?? study.permutations
      study.k = try fields.optional("k")?.integer(in: 1...100_000) ?? study.k
      study.adversary = try fields.optional("adversary")?.search()
      study.measures = try fields.optional("measures")?.boolean() ?? study.measures
      try fields.finish()
      return .study(try study.run(model, inputs, execution), study)
    }
  ]
}

extension Value {
  /// Numbers of all texts one behind the other; `lengths` says how many are a text's.
  fileprivate static func study(_ result: AttentionStudy.Result, _ study: AttentionStudy) -> Value {
    let readings = result.readings
    var members: [Members.Element] = [
      ("lengths", .indices(readings.map { Int32(clamping: $0.visible.count) })),
      ("attention", .doubles(readings.flatMap(\.attention))),
      ("probabilities", .doubles(readings.flatMap(\.probabilities))),
    ]
    members += result.scores.map { ($0.name, .doubles($0.values.flatMap { $0 })) }
    if !result.pairs.isEmpty {
      members.append(("agreement", .record(result.pairs.map(Value.pair))))
    }
    if let permutation = result.permutation {
      members.append(("permutation", .doubles(permutation)))
    }
    if let found = result.found {
      members.append(
        (
          "adversary",
          [
            "restarts": .integer(study.adversary?.restarts ?? 0),
            "divergences": .doubles(found.flatMap { $0.map(\.divergence) }),
            "distances": .doubles(found.flatMap { $0.map(\.distance) }),
          ]
        ))
    }
    return .record(members)
  }

  private static func pair(_ pair: AttentionStudy.Pair) -> Members.Element {
    (
      "\(pair.first)-\(pair.second)",
      ["tau": .doubles(pair.tau), "p_value": .doubles(pair.p), "top_k": .doubles(pair.top)]
    )
  }
}

extension Argument {
  fileprivate func search() throws(AssayError) -> AttentionSearch {
    var fields = try fields()
    var search = AttentionSearch()
    search.restarts = try fields.optional("restarts")?.integer(in: 1...64) ?? search.restarts
    search.steps = try fields.optional("steps")?.integer(in: 1...100_000) ?? search.steps
    search.rate = try fields.optional("rate")?.number(in: 1e-9...10) ?? search.rate
    search.epsilon = try fields.optional("epsilon")?.number(in: 0...1) ?? search.epsilon
    try fields.finish()
    return search
  }
}
