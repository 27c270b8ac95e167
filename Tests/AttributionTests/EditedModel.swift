import ModelSupport
import Models
import Tensors

/// A fixture's model with some weights changed, and questions about it.
enum EditedModel {
  /// `edit` receives every weight by name and returns what stands in for it.
  static func of(_ fixture: Fixture, _ edit: (String, Tensor) -> Tensor) throws -> Model {
    let file = try SafetensorsFile(fixture.path + "/model.safetensors")
    let folder = try Checkpoint(folder: fixture.path, mapped: true)
    let tensors = try folder.names.map { ($0, edit($0, try file.tensor($0))) }
    return try Model(
      Checkpoint(configuration: .record(folder.configuration.object), tensors: tensors))
  }
}
