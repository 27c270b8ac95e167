import Models
import Tensors

/// A model that a caller holds open.
package final class OpenModel: Sendable {
  package let model: Model

  /// Opens what the arguments name: a folder, `{"path": …, "mapped": …}`, or memory,
  /// `{"config": {…}, "tensors": {name: array}}`, whose arrays are looked at and not copied.
  /// - Throws: `option` for other arguments, `shape` for a tensor that is not float32, and
  ///   what loading a model throws.
  package init(_ arguments: Record) throws(AssayError) {
    var fields = try Fields(arguments)
    if let path = fields.optional("path") {
      let folder = try path.string()
      let isMapped = try fields.optional("mapped")?.boolean() ?? true
      try fields.finish()
      model = try Model.load(folder, mapped: isMapped)
    } else {
      let configuration = try fields.required("config")
      guard let json = configuration.record.json else {
        throw configuration.mismatch("an object without arrays")
      }
      var named = try fields.required("tensors").fields()
      try fields.finish()
      var tensors: [(name: String, tensor: Tensor)] = []
      for (name, argument) in named.all() { tensors.append((name, try argument.tensor())) }
      model = try Model(Checkpoint(configuration: json, tensors: tensors))
    }
  }
}
