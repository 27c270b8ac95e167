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

  /// Every case that has its weights beside it, and MiniLM-L6 where the environment variable
  /// `ASSAY_MINILM` names its folder (90 MB, from a package; `.ci/run` sets it).
  package static let all: [Fixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let real = ProcessInfo.processInfo.environment["ASSAY_MINILM"].flatMap {
      try? Fixture("bert-minilm-l6", weights: $0)
    }
    return names.sorted().compactMap { try? Fixture($0) } + (real.map { [$0] } ?? [])
  }()

  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").path

  package init(_ name: String, weights folder: String? = nil) throws {
    self.name = name
    path = folder ?? Fixture.root + "/" + name
    let file = Fixture.root + "/" + name + "/meta.json"
    let meta = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
    let fields = meta as? [String: Any] ?? [:]
    lengths = fields["lengths"] as? [Int] ?? []
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

  package func model() throws -> Model { try Model.load(path) }

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
