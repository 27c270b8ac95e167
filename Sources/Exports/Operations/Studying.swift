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
      let permutations = try fields.optional("permutations")?.integer(in: 0...100_000) ?? 100
      let depth = try fields.optional("k")?.integer(in: 1...100_000) ?? 10
      let adversary = try fields.optional("adversary")?.adversary()
      let measures = try fields.optional("measures")?.boolean() ?? true
      try fields.finish()
      let readings = try model.attentionReadings(inputs, execution)
      var members: [Members.Element] = [
        ("lengths", .indices(readings.map { Int32($0.visible.count) })),
        ("attention", .doubles(readings.flatMap(\.attention))),
        ("probabilities", .doubles(readings.flatMap(\.probabilities))),
      ]
      if measures {
        members += try measured(model, inputs, readings, k: depth, execution)
      }
      if permutations > 0 {
        members.append(
          (
            "permutation",
            .doubles(TokenImportance.permutations(permutations, readings, execution))
          ))
      }
      if let adversary {
        let found = try adversary.search(readings, execution)
        members.append(
          (
            "adversary",
            [
              "restarts": .integer(adversary.restarts),
              "divergences": .doubles(found.flatMap(\.divergences)),
              "distances": .doubles(found.flatMap(\.distances)),
            ]
          ))
      }
      return .record(members)
    }
  ]

  /// Gradients and leave-one-out, and how they agree with attention and with each other.
  private static func measured(
    _ model: Model, _ inputs: [Input], _ readings: [AttentionReading], k: Int,
    _ execution: Execution
  ) throws(AssayError) -> [Members.Element] {
    var scores: [(name: String, values: [[Double]])] = [
      ("attention", readings.map(\.attention))
    ]
    for kind in TokenImportance.Gradient.allCases {
      scores.append(
        (
          "gradient_\(kind.rawValue)",
          try TokenImportance.gradients(kind, model, inputs, readings, execution)
        ))
    }
    scores.append(
      ("leave_one_out", try TokenImportance.leaveOneOut(model, inputs, readings, execution)))
    var members: [Members.Element] = scores.dropFirst().map {
      ($0.name, .doubles($0.values.flatMap { $0 }))
    }
    var pairs: [Members.Element] = []
    for (first, a) in scores.enumerated() {
      for b in scores[(first + 1)...] where a.name == "attention" || b.name == "leave_one_out" {
        pairs.append(("\(a.name)-\(b.name)", try agreement(a.values, b.values, k: k, execution)))
      }
    }
    members.append(("agreement", .record(pairs)))
    return members
  }

  /// Kendall's tau with its p-value, and the top-k distance; NaN where undefined.
  private static func agreement(
    _ first: [[Double]], _ second: [[Double]], k: Int, _ execution: Execution
  ) throws(AssayError) -> Value {
    var (tau, p, top): ([Double], [Double], [Double]) = ([], [], [])
    for (a, b) in zip(first, second) {
      let found = try Agreement.measure(
        a, b, statistics: ["kendall", "kendall_top_k"], k: min(k, a.count), draws: 0,
        execution: execution)
      let association = found["kendall"]?.association
      tau.append(association?.value ?? .nan)
      p.append(association?.pValue?.value ?? .nan)
      top.append(found["kendall_top_k"]?.association.value ?? .nan)
    }
    return ["tau": .doubles(tau), "p_value": .doubles(p), "top_k": .doubles(top)]
  }
}

extension Argument {
  fileprivate func adversary() throws(AssayError) -> AttentionAdversary {
    var fields = try fields()
    var adversary = AttentionAdversary()
    adversary.restarts = try fields.optional("restarts")?.integer(in: 1...64) ?? adversary.restarts
    adversary.steps = try fields.optional("steps")?.integer(in: 1...100_000) ?? adversary.steps
    adversary.rate = try fields.optional("rate")?.number(in: 1e-9...10) ?? adversary.rate
    adversary.epsilon = try fields.optional("epsilon")?.number(in: 0...1) ?? adversary.epsilon
    try fields.finish()
    return adversary
  }
}
