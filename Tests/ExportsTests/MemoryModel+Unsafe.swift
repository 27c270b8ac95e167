import CABI
import Models
import Values

@testable import Exports

/// The folder of a golden model, two up from this file.
let fixture: String = {
  let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  return "/\(here)/Fixtures/bert-relu-48x1"
}()

/// The golden model, opened from lent copies of its tensors, which are returned by name.
func openFixtureFromMemory() throws -> (model: Opened, lent: [String: LentMemory]) {
  let checkpoint = try Checkpoint(folder: fixture)
  let names = checkpoint.names.filter { checkpoint.type($0)?.isFloat == true }
  let lent = try names.map { name in
    let tensor = try checkpoint.tensor(name)
    return LentMemory(floats: tensor.scalars, shape: tensor.shape)
  }
  var tensors = Members()
  for (index, name) in names.enumerated() {
    tensors[name] = ["$array": .integer(index)]
  }
  let json: Value = [
    "config": .record(checkpoint.configuration.object), "tensors": .record(tensors),
  ]
  let model = try Opened(json.json, lent)
  return (model, Dictionary(uniqueKeysWithValues: zip(names, lent)))
}
