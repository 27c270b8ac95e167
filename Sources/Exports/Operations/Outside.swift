import Models
import Tensors
import Values

extension Operations {
  /// What somebody who runs a model outside asks back while it runs.
  static let outside: Group = [
    "edit_attention": { call throws(AssayError) in
      let model = try call.requiredModel()
      guard let box = model.network as? GlassBox else {
        throw AssayError(
          .unsupported, "edit_attention", expected: "a model that is run outside",
          found: "the \(model.card.family) model, which the engine runs itself")
      }
      var fields = try call.fields()
      let run = try fields.required("run").integer(in: 0...Int.max)
      let layer = try fields.required("layer").integer(in: 0...Int(Int32.max))
      let sequences = try fields.required("sequences").list { one throws(AssayError) in
        try one.integer(in: 0...Int(Int32.max))
      }
      let pattern = try fields.required("pattern").tensor([nil, nil, nil, nil])
      let cotangent = try fields.optional("cotangent")?.tensor([nil, nil, nil, nil])
      try fields.finish()
      return [
        "pattern": .tensor(
          try box.edited(
            pattern, cotangent: cotangent, layer: layer, sequences: sequences, of: run,
            call.execution))
      ]
    }
  ]
}
