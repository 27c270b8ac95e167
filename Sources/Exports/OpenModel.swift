import Kernels
import Models
import Synchronization
import Tensors
import Values

/// A model that a caller holds open.
package final class OpenModel: Sendable {
  private let state: Mutex<Model>

  /// The model with what its caller has told of it so far.
  package var model: Model { state.withLock { $0 } }

  /// Says what the ids of the model's tokenizer mean, for inputs that do not say it themselves.
  ///
  /// A vocabulary may name a thousand ids; told once, they need not cross with every call.
  package func tell(_ vocabulary: Vocabulary) { state.withLock { $0.vocabulary = vocabulary } }

  /// Opens what the arguments name: a folder, `{"path": …, "mapped": …}`, or memory,
  /// `{"config": {…}, "tensors": {name: array}}`, whose arrays are looked at and not copied; both
  /// with a `precision`, float32 by default.
  /// - Throws: `option` for other arguments, `shape` for a tensor that is not float32, and
  ///   what loading a model throws.
  package init(_ arguments: Value) throws(AssayError) {
    var fields = try Fields(arguments)
    if let path = fields.optional("path") {
      let folder = try path.string()
      let isMapped = try fields.optional("mapped")?.boolean() ?? true
      let precision = try fields.precision()
      try fields.finish()
      state = Mutex(try Model.load(folder, mapped: isMapped, precision: precision))
    } else {
      let configuration = try fields.required("config").plain()
      var named = try fields.required("tensors").fields()
      let precision = try fields.precision()
      try fields.finish()
      var tensors: [(name: String, tensor: Tensor)] = []
      for (name, argument) in named.all() { tensors.append((name, try argument.tensor())) }
      let checkpoint = try Checkpoint(configuration: configuration, tensors: tensors)
      state = Mutex(try Model(checkpoint, precision: precision))
    }
  }

  /// A model that is computed outside: its labels, how many layers and heads its attention maps have,
  /// whether it tells gradients, and the row that its predictions are read from.
  /// - Throws: `option` for other arguments.
  package init(_ arguments: Value, outside: any Outside) throws(AssayError) {
    var fields = try Fields(arguments)
    let labels = try fields.required("labels").list { one throws(AssayError) in try one.string() }
    let problem = try fields.optional("problem_type")?.choice(ProblemType.self) ?? .singleLabel
    let layers = try fields.optional("layers")?.integer(in: 0...1024) ?? 0
    let heads = try fields.optional("heads")?.integer(in: 0...1024) ?? 0
    let hasGradient = try fields.optional("gradient")?.boolean() ?? false
    let size = try fields.optional("vocabulary_size")?.integer(in: 1...Int(Int32.max))
    let readOut = try fields.optional("readout")?.choice(Row.self) ?? .first
    try fields.finish()
    guard !labels.isEmpty, layers == 0 || heads > 0 else {
      throw AssayError(
        .option, labels.isEmpty ? "labels" : "heads", expected: "at least one", found: "none")
    }
    let box = BlackBox(
      labels: labels, problem: problem, layers: layers, heads: heads, hasGradient: hasGradient,
      vocabularySize: size, readOut: readOut.readOut, outside)
    state = Mutex(Model(network: box, origin: "black box", fingerprint: ""))
  }
}

extension Fields {
  /// The precision of products with the weights.
  fileprivate mutating func precision() throws(AssayError) -> Precision {
    try optional("precision")?.choice() ?? .float32
  }
}

/// The row of an attention map that a prediction is read from.
private enum Row: String, CaseIterable {
  case first, last, mean

  var readOut: ReadOut {
    switch self {
    case .first: .first
    case .last: .last
    case .mean: .mean
    }
  }
}
