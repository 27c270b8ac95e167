import Attribution
import Evidence
import Models
import Tensors
import Values

extension Operations {
  /// The main job and the registry behind it.
  static let verifying: Group = [
    "verify": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      let tested = try fields.required("explanation").testedExplanation()
      let target = try fields.target(model)
      let checks = try fields.optional("checks")?.checkSelection() ?? .standard
      var settings = try Settings(try fields.options("options"))
      settings.scope = try fields.optional("scope")?.attentionScope(model)
      let execution = try call.execution(&fields)
      try fields.finish()
      return .report(
        try model.verify(
          input, explanation: tested, target: target, checks: checks, settings: settings,
          execution: execution))
    },
    "checks": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "checks": .list(Checks.all.map { .check($0.info) }),
        "options": .list(Settings.specs.map(Value.optionSpec)),
      ]
    },
    "families": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "families": .list(
          Families.all.map {
            [
              "name": .text($0.name), "summary": .text($0.summary),
              "source": .text($0.source),
            ]
          })
      ]
    },
  ]
}

extension Argument {
  /// Layers, heads and query rows; what is not named is all. Negative layers count from the end.
  fileprivate func attentionScope(_ model: Model) throws(AssayError) -> AttentionScope {
    var fields = try fields()
    let layers = model.card.layers
    func indices(_ name: String, _ range: ClosedRange<Int>) throws(AssayError) -> [Int]? {
      try fields.optional(name)?.list { one throws(AssayError) in try one.integer(in: range) }
    }
    let most = 0...Int(Int32.max)
    let chosen = try indices("layers", -layers...max(0, layers - 1))
    let heads = try indices("heads", most)
    let queries = try indices("queries", most)
    try fields.finish()
    return AttentionScope(
      layers: chosen.map { $0.map { $0 < 0 ? $0 + layers : $0 } } ?? Array(0..<layers),
      heads: heads, queries: queries)
  }

  fileprivate func testedExplanation() throws(AssayError) -> TestedExplanation {
    var fields = try fields()
    if let scores = fields.optional("scores") {
      let values = try scores.doubles([nil])
      try fields.finish()
      return .scores(values)
    }
    let method = try fields.required("method").string()
    let options = try fields.options("options")
    try fields.finish()
    return .method(method, options: options)
  }

  func checkSelection() throws(AssayError) -> Checks.Selection {
    if case .text(let word) = value {
      switch word {
      case "default": return .standard
      case "all": return .everything
      default: throw mismatch("\"default\", \"all\" or a list of names")
      }
    }
    return .named(try list { one throws(AssayError) in try one.string() })
  }
}
