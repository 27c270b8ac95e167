import ModelSupport
import Models
import Tensors

@testable import Attribution

/// Golden explanations of one case and length, made by tools/fixtures/methods.py.
struct GoldenMethods {
  let question: Question
  private let file: SafetensorsFile
  private let length: Int

  /// The cases and lengths there are.
  static let cases: [(name: String, length: Int)] = [
    ("bert-gelu-20x5", 7), ("bert-gelu-20x5", 19), ("bert-gelu-new-35x1", 7),
    ("bert-relu-48x1", 7),
  ]

  init(_ name: String, _ length: Int, execution: Execution = Execution(threads: 2)) throws {
    let fixture = try Fixture(name)
    question = try Question(
      fixture.model(), fixture.input(length), target: .label(fixture.target(length)),
      execution: execution)
    file = try SafetensorsFile(Fixture.root + "/methods/\(name).safetensors")
    self.length = length
  }

  func scores(_ name: String) throws -> [Float] { try file.tensor("\(length).\(name)").scalars }
}
