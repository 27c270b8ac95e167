import Models
import Tensors

extension Operations {
  /// What an open model consists of.
  static let weights: Group = [
    "parameters": { call throws(AssayError) in
      let model = try call.requiredModel()
      try call.fields().finish()
      return [
        "parameters": .record(
          model.network.parameters.map { ($0.name, .tensor($0.tensor)) })
      ]
    },
    "save": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let path = try fields.required("path").string()
      try fields.finish()
      try SafetensorsFile.write(
        model.network.parameters.map { ($0.name, $0.tensor) },
        metadata: [(key: "format", value: "pt")], to: path)
      return [:]
    },
  ]
}
