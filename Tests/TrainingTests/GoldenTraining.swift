import Foundation
import Models
import Tensors

/// The numbers of `Tests/Fixtures/training` (torch's; versions in its meta.json).
struct GoldenTraining {
  private static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")
  let file: SafetensorsFile
  let model: Model

  init() throws {
    file = try SafetensorsFile(
      Self.fixtures.appendingPathComponent("training/expected.safetensors").path)
    model = try Model.load(folder: Self.fixtures.appendingPathComponent("bert-gelu-20x5").path)
  }

  /// Every text's token ids.
  func texts() throws -> [[Int]] {
    let ids = try file.integers("ids")
    let layout = Ragged(lengths: try file.integers("lengths"))
    return (0..<layout.count).map { Array(ids[layout.rows($0)]) }
  }
}
