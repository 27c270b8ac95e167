import Foundation
import Models
import Tensors
import Testing

/// A golden case made by tools/make_fixtures.py: a checkpoint and what torch computes with it.
package struct Fixture: Sendable, CustomTestStringConvertible {
  package let name: String
  package let path: String
  package let lengths: [Int]
  /// `logits`, or `pooled` for a bare encoder.
  package let output: String
  private let targets: [Int: Int]
  private let positions: [Int: Int]
  private let expected: SafetensorsFile

  package var testDescription: String { name }

  /// Every case with a configuration beside it, and MiniLM-L6 where the environment variable
  /// `ASSAY_MINILM` names its folder (90 MB, from a package; `.ci/run` sets it).
  ///
  /// A case that cannot be read ends the tests: one that went missing would be one that passes.
  package static let all: [Fixture] = {
    do {
      let files = FileManager.default
      var cases = try files.contentsOfDirectory(atPath: root).sorted().filter { name in
        files.fileExists(atPath: "\(root)/\(name)/config.json")
      }.map { try Fixture($0) }
      if let folder = ProcessInfo.processInfo.environment["ASSAY_MINILM"] {
        cases.append(try Fixture("bert-minilm-l6", weights: folder))
      }
      return cases
    } catch {
      preconditionFailure("a fixture cannot be read: \(error)")
    }
  }()

  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").path

  package init(_ name: String, weights folder: String? = nil) throws {
    self.name = name
    path = folder ?? Fixture.root + "/" + name
    let file = Fixture.root + "/" + name + "/meta.json"
    let meta = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
    guard let fields = meta as? [String: Any], let lengths = fields["lengths"] as? [Int],
      !lengths.isEmpty
    else {
      throw AssayError(.checkpoint, file, expected: "an object with lengths", found: "\(meta)")
    }
    self.lengths = lengths
    output = fields["output"] as? String ?? "logits"
    func byLength(_ field: String) -> [Int: Int] {
      let values = (fields[field] as? [String: Any] ?? [:]).compactMap { key, value in
        Int(key).flatMap { length in (value as? Int).map { (length, $0) } }
      }
      return Dictionary(uniqueKeysWithValues: values)
    }
    targets = byLength("target")
    positions = byLength("position")
    expected = try SafetensorsFile(Fixture.root + "/" + name + "/expected.safetensors")
    _ = try SafetensorsFile(path + "/model.safetensors")
  }

  package func model() throws -> Model { try Model.load(folder: path) }

  /// What the model says of itself; one that cannot be loaded ends the tests, as in `all`.
  package var card: ModelCard {
    do { return try model().card } catch {
      preconditionFailure("\(name) cannot be loaded: \(error)")
    }
  }

  package func target(_ length: Int) -> Int { targets[length] ?? 0 }

  /// A golden array of one length.
  package func values(_ length: Int, _ name: String) throws -> Tensor {
    try expected.tensor("\(length).\(name)")
  }

  /// Whether a golden array was kept: large cases keep some hidden states only.
  package func has(_ length: Int, _ name: String) -> Bool {
    expected.entry("\(length).\(name)") != nil
  }

  /// The input of one length; of a vision model, whose inputs are all equally long, the picture of
  /// that number.
  package func input(_ length: Int) throws -> Input {
    if has(length, "pixels") {
      return try model().input(pixels: values(length, "pixels"))
    }
    let types =
      expected.entry("\(length).types") == nil
      ? nil : try expected.integers("\(length).types")
    return Input(
      ids: try expected.integers("\(length).ids"), types: types,
      vocabulary: Vocabulary(size: try model().card.vocabularySize ?? 1, pad: 0),
      position: positions[length])
  }
}
