import Attribution
import Evidence
import Models
import Tensors
import Values

extension Operations {
  /// Data sets: rows are examined a chunk at a time, and their answer is given once.
  static let examining: Group = [
    "examine": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let rows = try fields.rows(inputs)
      let questions = try fields.questions(model)
      try fields.finish()
      let found = try model.examine(rows, questions, execution: call.execution)
      return ["rows": .list(found.map(Value.examined))]
    },
    "summarise": { call throws(AssayError) in
      var fields = try call.fields()
      let execution = try call.execution(&fields)
      let columns = try fields.examinedColumns(execution)
      try fields.finish()
      return .answer(try DataSetAnswer(columns, execution), rows: columns.rows)
    },
    "search_heads": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let reference = try fields.required("reference").string()
      let target = try fields.target(model)
      let execution = try call.execution(&fields)
      try fields.finish()
      return .headSearch(
        try HeadSearch(
          model, inputs, reference: reference, target: target, execution: execution))
    },
  ]
}

extension Fields {
  /// What is asked of every row.
  fileprivate mutating func questions(_ model: Model) throws(AssayError) -> RowQuestions {
    let methods = try required("methods").list { one throws(AssayError) in try one.string() }
    guard let tested = methods.first else {
      throw AssayError(.option, "methods", expected: "the tested one first", found: "none")
    }
    var questions = RowQuestions(method: tested, methods: methods)
    questions.versus =
      try optional("versus")?.list { one throws(AssayError) in try one.string() } ?? []
    questions.options = try options("method_options")
    questions.target = try target(model)
    questions.checks = try optional("checks")?.checkSelection() ?? .standard
    questions.settings = try settings("options", oracle: questions.settings.oracle)
    questions.randomSets =
      try optional("random_sets")?.integer(in: 0...100_000) ?? questions.randomSets
    return questions
  }

  /// The rows of a chunk: one seed each, and what else is known of some of them.
  fileprivate mutating func rows(_ inputs: [Input]) throws(AssayError) -> [DataSetRow] {
    let each = try required("rows").list()
    guard each.count == inputs.count else {
      throw AssayError(
        .shape, "rows", expected: "one for each of \(inputs.count) inputs",
        found: "\(each.count)")
    }
    var rows: [DataSetRow] = []
    for (argument, input) in zip(each, inputs) {
      var fields = try argument.fields()
      let seed = try fields.required("seed").integer(in: 0...Int.max)
      let label = try fields.optional("label")?.integer(in: 0...Int(Int32.max))
      let rationale = try fields.optional("rationale")?.integers(in: 0...1, [input.count])
      let scores = try fields.optional("scores")?.doubles([nil], finite: false)
      try fields.finish()
      rows.append(
        DataSetRow(
          input, seed: UInt64(clamping: seed), label: label,
          rationale: rationale.map { $0.map { $0 == 1 } },
          scores: scores))
    }
    return rows
  }
}
