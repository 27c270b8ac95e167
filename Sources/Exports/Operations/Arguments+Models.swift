import Attribution
import Models
import Tensors
import Values

extension OperationCall {
  /// The execution with the seed that the caller named.
  func execution(_ fields: inout Fields) throws(AssayError) -> Execution {
    var execution = self.execution
    let seed = try fields.optional("seed")?.integer(in: 0...Int.max) ?? 0
    execution.seed = UInt64(clamping: seed)
    return execution
  }
}

extension Fields {
  /// The ragged batch `input` for a model: `{"pixels": [batch, channels, height, width]}` for
  /// pictures, token ids and what belongs to them for texts. Without offsets it is one input.
  mutating func inputs(for model: Model) throws(AssayError) -> [Input] {
    var batch = try required("input").fields()
    if let pixels = batch.optional("pixels") {
      let pictures = try pixels.tensor([nil, nil, nil, nil])
      try batch.finish()
      var inputs: [Input] = []
      for item in 0..<pictures.shape[0] {
        let picture = pictures.slices(item..<item + 1)
        inputs.append(try model.input(pixels: picture.reshaped(Array(picture.shape.dropFirst()))))
      }
      return inputs
    }
    let ids = try batch.required("ids").integers(in: 0...Int(Int32.max))
    let offsets = try batch.optional("offsets")?.integers(in: 0...ids.count) ?? [0, ids.count]
    let types = try batch.optional("types")?.integers(in: 0...Int(Int32.max), [ids.count])
    let special = try batch.optional("special")?.integers(in: 0...1, [ids.count])
    let words = try batch.optional("words")?.integers(in: -1...Int(Int32.max), [ids.count])
    let positions = try batch.optional("positions")?
      .integers(in: -1...Int(Int32.max), [max(0, offsets.count - 1)])
    let vocabulary =
      try batch.optional("vocabulary")?.vocabulary(model) ?? model.vocabulary
      ?? Vocabulary(size: model.card.vocabularySize ?? 0)
    try batch.finish()
    guard let first = offsets.first, first == 0, offsets.last == ids.count,
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw AssayError(
        .shape, "input.offsets", expected: "ascending offsets from 0 to \(ids.count)",
        found: "\(offsets.prefix(8))")
    }
    return (0..<offsets.count - 1).map { item in
      let (start, end) = (offsets[item], offsets[item + 1])
      return Input(
        ids: Array(ids[start..<end]), types: types.map { Array($0[start..<end]) },
        special: special.map { $0[start..<end].map { $0 == 1 } },
        words: words.map { $0[start..<end].map { $0 < 0 ? nil : $0 } }, vocabulary: vocabulary,
        position: positions.flatMap { $0[item] < 0 ? nil : $0[item] })
    }
  }

  /// The one input of an operation that takes one.
  mutating func input(for model: Model) throws(AssayError) -> Input {
    let inputs = try inputs(for: model)
    guard inputs.count == 1 else {
      throw AssayError(.input, "input", expected: "one input", found: "\(inputs.count)")
    }
    return inputs[0]
  }

  /// The `target`: a label's index, a pair of them, or nil.
  mutating func target(_ model: Model) throws(AssayError) -> Target? {
    guard let argument = optional("target") else { return nil }
    let range = 0...max(0, model.card.scoreCount - 1)
    if case .list = argument.value {
      let pair = try argument.list { one throws(AssayError) in try one.integer(in: range) }
      guard pair.count == 2 else { throw argument.mismatch("an index or a pair of indices") }
      return .contrast(pair[0], pair[1])
    }
    return .label(try argument.integer(in: range))
  }

  /// Free options by name.
  mutating func options(_ name: String) throws(AssayError) -> [String: Value] {
    guard var fields = try optional(name)?.fields() else { return [:] }
    var values: [String: Value] = [:]
    for (name, argument) in fields.all() { values[name] = try argument.option() }
    return values
  }

  /// A site by its public name.
  mutating func site(_ name: String) throws(AssayError) -> Site? {
    try optional(name)?.site()
  }
}

extension Argument {
  /// - Throws: `option` unless it is the name of a site.
  func site() throws(AssayError) -> Site {
    let name = try string()
    guard let site = Site(name) else { throw mismatch("the name of a site") }
    return site
  }

  /// What reserved ids there are, by role, and what else is known of ids.
  func vocabulary(_ model: Model) throws(AssayError) -> Vocabulary {
    var fields = try fields()
    let range = 0...max(0, (model.card.vocabularySize ?? Int(Int32.max)) - 1)
    let ids = 0...Int(Int32.max)
    var roles: [Int?] = []
    for role in ["mask", "pad", "unk", "cls", "sep"] {
      roles.append(try fields.optional(role)?.integer(in: ids))
    }
    let special =
      try fields.optional("special_ids")?.list { one throws(AssayError) in
        try one.integer(in: ids)
      } ?? []
    let punctuation =
      try fields.optional("punctuation_ids")?.list { one throws(AssayError) in
        try one.integer(in: ids)
      } ?? []
    let size = try fields.optional("size")?.integer(in: ids) ?? model.card.vocabularySize ?? 0
    let replacements = try fields.optional("replacements")?.list { one throws(AssayError) in
      try one.integer(in: range)
    }
    try fields.finish()
    var vocabulary = Vocabulary(
      size: size, mask: roles[0], pad: roles[1], unknown: roles[2], start: roles[3], end: roles[4],
      special: Set(special))
    vocabulary.punctuation = Set(punctuation)
    vocabulary.replacements = replacements
    return vocabulary.usable(by: model.card)
  }

  /// A free option: integers as a list, however they were given; other arrays in float32.
  fileprivate func option() throws(AssayError) -> Value {
    switch value {
    case .null, .bool, .integer, .number, .text: return value
    case .list:
      return .list(
        try list { one throws(AssayError) in
          .integer(try one.integer(in: Int(Int32.min)...Int(Int32.max)))
        })
    case .array(let array):
      if let integers = array.integers { return .list(integers.map { .integer($0) }) }
      return .tensor(try tensor())
    case .record: throw mismatch("a number, a word, a list or an array")
    }
  }

  /// One intervention.
  func intervention() throws(AssayError) -> Intervention {
    var fields = try fields()
    let kind = try fields.required("kind").string()
    let site = try fields.site("site")
    var indices: [[Int]?] = []
    for name in ["layers", "heads", "queries", "keys"] {
      indices.append(
        try fields.optional(name)?.list { one throws(AssayError) in
          try one.integer(in: 0...Int(Int32.max))
        })
    }
    var action = try fields.action(kind, path: path)
    try fields.finish()
    var layers = indices[0]
    var place = site
    if case .block(let layer, .pattern)? = site {
      layers = layers ?? [layer]
      place = nil
      if case .patch(let value) = action { action = .replace(value) }
    }
    return Intervention(
      action, layers: layers, heads: indices[1], queries: indices[2], keys: indices[3],
      site: place)
  }
}

extension Fields {
  fileprivate mutating func action(
    _ kind: String, path: String
  ) throws(AssayError) -> Intervention.Action {
    let value = try optional("value")?.tensor()
    let factor = try optional("factor")?.number()
    let renormalise = try optional("renormalise")?.boolean()
    let seed = try optional("seed")?.integer(in: 0...Int.max)
    let to = try optional("to")?.integer(in: 0...Int(Int32.max))
    func missing(_ name: String) -> AssayError {
      AssayError(.option, "\(path).\(name)", expected: "a value for \(kind)", found: "none")
    }
    switch kind {
    case "replace":
      guard let value else { throw missing("value") }
      return .replace(value)
    case "uniform": return .uniform
    case "permute": return .permute(seed: UInt64(clamping: seed ?? 0))
    case "scale":
      guard let factor else { throw missing("factor") }
      return .scale(Float(factor))
    case "knock_out": return .knockOut(renormalise: renormalise ?? true)
    case "move":
      guard let to else { throw missing("to") }
      return .move(to: to)
    case "patch":
      guard let value else { throw missing("value") }
      return .patch(value)
    default:
      throw AssayError(
        .option, "\(path).kind",
        expected: "one of replace, uniform, permute, scale, knock_out, move, patch",
        found: Value.quoted(kind))
    }
  }
}
