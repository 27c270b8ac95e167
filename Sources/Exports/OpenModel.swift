import Kernels
import Models
import Tensors
import Values

/// A model that a caller holds open.
package final class OpenModel: Sendable {
  package let model: Model

  private init(_ model: Model) { self.model = model }

  /// Opens what the arguments name: a folder, `{"path": …, "mapped": …}`, or memory,
  /// `{"config": {…}, "tensors": {name: array}}`, whose arrays are looked at and not copied; both
  /// with a `precision`, float32 by default, and with the `vocabulary` of the model's tokenizer if
  /// it has one.
  /// - Throws: `option` for other arguments, `shape` for a tensor that is not float32, and
  ///   what loading a model throws.
  package convenience init(_ arguments: Value) throws(AssayError) {
    var fields = try Fields(arguments)
    let model: Model
    let vocabulary: Argument?
    if let path = fields.optional("path") {
      let folder = try path.string()
      let isMapped = try fields.optional("mapped")?.boolean() ?? true
      let precision = try fields.precision()
      vocabulary = fields.optional("vocabulary")
      try fields.finish()
      model = try Model.load(folder: folder, mapped: isMapped, precision: precision)
    } else {
      let configuration = try fields.required("config").plain()
      var named = try fields.required("tensors").fields()
      let precision = try fields.precision()
      vocabulary = fields.optional("vocabulary")
      try fields.finish()
      var tensors: [(name: String, tensor: Tensor)] = []
      for (name, argument) in named.all() { tensors.append((name, try argument.tensor())) }
      let checkpoint = try Checkpoint(configuration: configuration, tensors: tensors)
      model = try Model(checkpoint, precision: precision)
    }
    self.init(try model.with(vocabulary))
  }

  /// A model that is computed outside: its labels, how many layers and heads its attention maps have,
  /// whether it tells gradients, the row that its predictions are read from, and the `vocabulary` of
  /// its tokenizer if it has one. With `inside` it is one whose inside can be seen and edited.
  /// - Throws: `option` for other arguments.
  package convenience init(
    _ arguments: Value, outside: any Outside & OpenOutside
  ) throws(AssayError) {
    var fields = try Fields(arguments)
    let inside = fields.optional("inside")
    let labels = try fields.required("labels").list { one throws(AssayError) in try one.string() }
    let problem = try fields.optional("problem_type")?.choice(ProblemType.self) ?? .singleLabel
    let layers = try fields.optional("layers")?.integer(in: 0...1024) ?? 0
    let heads = try fields.optional("heads")?.integer(in: 0...1024) ?? 0
    let hasGradient = try fields.optional("gradient")?.boolean() ?? false
    let size = try fields.optional("vocabulary_size")?.integer(in: 1...Int(Int32.max))
    let readOut = try fields.optional("readout")?.choice(Row.self) ?? .first
    let vocabulary = fields.optional("vocabulary")
    try fields.finish()
    if let inside {
      let card = try inside.card(labels, problem, layers: layers, heads: heads, size, readOut)
      let box = GlassBox(card.card, memoryBudget: card.budget, outside)
      let model = Model(network: box, origin: "outside", fingerprint: "")
      self.init(try model.with(vocabulary))
      return
    }
    guard !labels.isEmpty, layers == 0 || heads > 0 else {
      throw AssayError(
        .option, labels.isEmpty ? "labels" : "heads", expected: "at least one", found: "none")
    }
    let box = BlackBox(
      labels: labels, problem: problem, layers: layers, heads: heads, hasGradient: hasGradient,
      vocabularySize: size, readOut: readOut.readOut, outside)
    let model = Model(network: box, origin: "black box", fingerprint: "")
    self.init(try model.with(vocabulary))
  }

  /// Another model over the same weights, whose tokenizer has the `vocabulary` of the arguments.
  /// - Throws: `option` for other arguments.
  package convenience init(
    _ opened: OpenModel, vocabulary arguments: Value
  ) throws(AssayError) {
    var fields = try Fields(arguments)
    let vocabulary = try fields.required("vocabulary")
    try fields.finish()
    self.init(try opened.model.with(vocabulary))
  }
}

extension Model {
  /// The same model, told of a vocabulary if there is one.
  fileprivate func with(_ vocabulary: Argument?) throws(AssayError) -> Model {
    guard let vocabulary else { return self }
    return with(try vocabulary.vocabulary(self))
  }
}

extension Fields {
  /// The precision of products with the weights.
  fileprivate mutating func precision() throws(AssayError) -> Precision {
    try optional("precision")?.choice() ?? .float32
  }
}

/// The row of an attention map that a prediction is read from.
enum Row: String, CaseIterable {
  case first, last, mean
  /// Heads that score every position: the mask token's, the last or the first explained one, unless
  /// the input chooses another.
  case mask
  case chosenLast = "chosen_last"
  case explained

  var readOut: ReadOut {
    switch self {
    case .first: .first
    case .last: .last
    case .mean: .mean
    case .mask: .chosen(orElse: .mask)
    case .chosenLast: .chosen(orElse: .last)
    case .explained: .chosen(orElse: .explained)
    }
  }
}
