import Foundation
import Tensors
import TestSupport
import Testing
import Values

@testable import Models

@Suite("Checkpoint folders") struct CheckpointFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ tensors: [String: [Float]]) throws {
    try SafetensorsFile.write(
      tensors.sorted { $0.key < $1.key }.map {
        ($0.key, Tensor($0.value, shape: [$0.value.count]))
      },
      to: folder.file(name))
  }

  private func open() throws -> Checkpoint { try Checkpoint(folder: folder.path) }

  @Test("a folder with one file opens (oracle: the numbers written)")
  func single() throws {
    try folder.write(#"{"model_type": "bert", "num_labels": 3}"#, to: "config.json")
    try write("model.safetensors", ["b": [1, 2], "a": [3]])
    let checkpoint = try open()
    #expect(checkpoint.names == ["a", "b"])
    #expect(try checkpoint.tensor("b").scalars == [1, 2])
    #expect(checkpoint.shape("b") == [2] && checkpoint.shape("c") == nil)
    #expect(try checkpoint.configuration.string("model_type") == "bert")
    expectFailure(.checkpoint, "the tensor \"c\"", "among 2") { _ = try checkpoint.tensor("c") }
  }

  @Test("shards open as one checkpoint with the same identity (metamorphic)")
  func shards() throws {
    try folder.write("{}", to: "config.json")
    try write("x-1.safetensors", ["a": [1]])
    try write("x-2.safetensors", ["b": [2, 3]])
    try folder.write(
      #"{"metadata": {}, "weight_map": {"b": "x-2.safetensors", "a": "x-1.safetensors"}}"#,
      to: "model.safetensors.index.json")
    let sharded = try open()
    #expect(try sharded.tensor("a").scalars == [1])
    #expect(try sharded.tensor("b").scalars == [2, 3])
    try write("model.safetensors", ["a": [1], "b": [2, 3]])
    #expect(try open().fingerprint() == sharded.fingerprint())
  }

  @Test(
    "an index that leads out of its folder is refused",
    arguments: [
      "../x.safetensors", "/etc/x.safetensors", "sub/x.safetensors", "..", "", "x.bin",
      ".x.safetensors", "x.safetensors\\u0000.safetensors", "..\\\\x.safetensors",
    ])
  func traversal(name: String) throws {
    try folder.write("{}", to: "config.json")
    try folder.write(
      "{\"weight_map\": {\"a\": \"\(name)\"}}", to: "model.safetensors.index.json")
    expectFailure(.checkpoint, "index.json, tensor \"a\"", "in the same folder") { _ = try open() }
  }

  @Test("an index and its shards that disagree are errors")
  func disagreement() throws {
    try folder.write("{}", to: "config.json")
    func index(_ text: String) throws {
      try folder.write(text, to: "model.safetensors.index.json")
    }
    try index("[]")
    expectFailure(.checkpoint, "weight_map", "a list of 0") { _ = try open() }
    try index(#"{"weight_map": {"a": 3}}"#)
    expectFailure(.checkpoint, "tensor \"a\"", "the integer 3") { _ = try open() }
    try index(#"{"weight_map": {"a": "x.safetensors"}}"#)
    expectFailure(.checkpoint, "x.safetensors", "nothing there") { _ = try open() }
    try write("x.safetensors", ["b": [1]])
    expectFailure(.checkpoint, "x.safetensors", "the tensor \"a\"") { _ = try open() }
    try write("x.safetensors", ["a": [1], "b": [1]])
    expectFailure(.checkpoint, "x.safetensors", "the index lists", "\"b\"") { _ = try open() }
  }

  @Test("pickled weights are never opened; the error says how to convert them")
  func pickled() throws {
    try folder.write("{}", to: "config.json")
    try folder.write("not a pickle", to: "pytorch_model.bin")
    expectFailure(.checkpoint, "never opened", "convert them to safetensors", "pytorch_model.bin") {
      _ = try open()
    }
    try folder.write("", to: "adapter_model.safetensors")
    expectFailure(.checkpoint, "merge it into its model") { _ = try open() }
  }

  @Test("folders that are missing or incomplete are errors that list what is there")
  func incomplete() throws {
    expectFailure(.model, "nothing there") { _ = try Checkpoint(folder: folder.file("no")) }
    expectFailure(.model, "no path") { _ = try Checkpoint(folder: "") }
    expectFailure(.checkpoint, "config.json", "an empty folder") { _ = try open() }
    try folder.write("{}", to: "config.json")
    expectFailure(.checkpoint, "expected model.safetensors", "found \"config.json\"") {
      _ = try open()
    }
    expectFailure(.checkpoint, "not a folder") {
      _ = try Checkpoint(folder: folder.file("config.json"))
    }
    try folder.write("{\"a\": }", to: "config.json")
    expectFailure(.checkpoint, "config.json, byte 6") { _ = try open() }
    try folder.write("3", to: "config.json")
    expectFailure(.checkpoint, "config.json", "an object", "the integer 3") { _ = try open() }
  }

  @Test("opening and failing leave no descriptor and no mapping behind (oracle: /proc/self)")
  func leaks() throws {
    #if os(Linux)
      try folder.write("{}", to: "config.json")
      try write("model.safetensors", ["a": [Float](repeating: 1, count: 5000)])
      try write("x", ["a": [Float](repeating: 1, count: 5000)])
      try folder.write(Array(try folder.bytes("x").prefix(100)), to: "broken")
      let place = folder.path
      func used() throws -> Int {
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
          .filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
              .hasPrefix(place) == true
          }
        let maps = try FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd() ?? Data()
        let lines = String(decoding: maps, as: UTF8.self).split(separator: "\n")
        return descriptors.count + lines.filter { $0.contains(place) }.count
      }
      for _ in 0..<50 {
        _ = try open().tensor("a").scalars
        _ = try? SafetensorsFile(folder.file("broken"))
      }
      #expect(try used() == 0)
      let checkpoint = try open()
      #expect(try used() == 1)
      withExtendedLifetime(checkpoint) {}
    #endif
  }

  @Test("files of the Python package are read (oracle: tools/make_fixtures.py's meta.json)")
  func python() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/bert-gelu-20x5").path
    let checkpoint = try Checkpoint(folder: fixtures)
    let width = try checkpoint.configuration.integer("hidden_size", in: 1...65536)
    let rows = try checkpoint.configuration.integer("vocab_size", in: 1...1_000_000)
    let name = try #require(checkpoint.names.first { $0.hasSuffix("word_embeddings.weight") })
    #expect(checkpoint.shape(name) == [rows, width])
    #expect(try checkpoint.tensor(name).scalars.allSatisfy(\.isFinite))
    let expected = try SafetensorsFile(fixtures + "/expected.safetensors")
    for entry in expected.entries where entry.name.hasSuffix(".ids") {
      #expect(try expected.integers(entry.name).allSatisfy((0..<rows).contains))
    }
  }

  @Test("a view of a mapping outlives its checkpoint (oracle: the numbers written)")
  func lifetime() throws {
    try folder.write("{}", to: "config.json")
    try write("model.safetensors", ["a": [5, 6]])
    let tensor = try open().tensor("a")
    #expect(tensor.scalars == [5, 6])
  }

  @Test("tensors in memory may share memory, and a name given twice is an error")
  func memory() throws {
    let tensor = Tensor([1, 2], shape: [2])
    let checkpoint = try Checkpoint(
      configuration: ["n": 1], tensors: [("a", tensor), ("tied", tensor)])
    #expect(try checkpoint.tensor("tied").storage === checkpoint.tensor("a").storage)
    expectFailure(.checkpoint, "arguments", "\"a\" a second time") {
      _ = try Checkpoint(configuration: [:], tensors: [("a", tensor), ("a", tensor)])
    }
    expectFailure(.checkpoint, "arguments, config", "an object", "null") {
      _ = try Checkpoint(configuration: .null, tensors: [])
    }
  }
}

@Suite("Identity of a checkpoint") struct CheckpointFingerprintTests {
  private func fingerprint(
    _ tensors: [(name: String, tensor: Tensor)], _ configuration: Value = [:]
  ) throws -> String {
    try Checkpoint(configuration: configuration, tensors: tensors).fingerprint()
  }

  @Test("the same weights under another configuration are another model (metamorphic)")
  func configuration() throws {
    let base: Value = ["hidden_act": "gelu", "nested": ["a": 1, "b": [true, 0.5]]]
    let tensors = [(name: "a", tensor: Tensor([1, 2], shape: [2]))]
    let expected = try fingerprint(tensors, base)
    let reordered: Value = ["nested": ["b": [true, 0.5], "a": 1], "hidden_act": "gelu"]
    #expect(try fingerprint(tensors, reordered) == expected)
    for changed in [
      [:], ["hidden_act": "gelu"],
      ["hidden_act": "relu", "nested": ["a": 1, "b": [true, 0.5]]],
      ["hidden_act": "gelu", "nested": ["a": 1, "b": [true, 0.25]]],
      ["hidden_act": "gelu", "nested": ["a": 1, "b": [0.5, true]]],
    ] as [Value] {
      #expect(try fingerprint(tensors, changed) != expected)
    }
  }

  @Test(
    "SHA-256 is SHA-256 (oracle: FIPS 180-4 examples and Python's hashlib)",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "x", count: 1000),
        "44f8354494a5ba03ba1792a8d3e9c534c47a9181980fde7a3f44b06ef2ae7c7f"
      ),
    ])
  func sha256(text: String, expected: String) {
    for step in [1, 7, 64, 1000] {
      var hash = SHA256()
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: step) {
        hash.update(Array(bytes[start..<min(start + step, bytes.count)]))
      }
      #expect(hash.digest().map { String(format: "%02x", $0) }.joined() == expected)
    }
  }

  @Test("equal weights are equal and every small change shows (metamorphic)")
  func sensitivity() throws {
    let numbers = (0..<10_000).map { Float($0) }
    let base = try fingerprint([
      ("a", Tensor(numbers, shape: [100, 100])), ("b", Tensor([1, 2], shape: [2])),
    ])
    #expect(base.count == 32)
    let reordered = try fingerprint([
      ("b", Tensor([1, 2], shape: [2])), ("a", Tensor(numbers, shape: [100, 100])),
    ])
    #expect(reordered == base)
    for (name, shape, head) in [
      ("a", [50, 200], [1, 2]), ("c", [100, 100], [1, 2]), ("a", [100, 100], [1, 2.5]),
    ] as [(String, [Int], [Float])] {
      let changed = try fingerprint([
        (name, Tensor(numbers, shape: shape)), ("b", Tensor(head, shape: [2])),
      ])
      #expect(changed != base)
    }
    let scaled = try fingerprint([
      ("a", Tensor(numbers.map { $0 * 1.001 }, shape: [100, 100])),
      ("b", Tensor([1, 2], shape: [2])),
    ])
    #expect(scaled != base)
  }

  @Test("a file and the same tensors in memory have one identity (metamorphic)")
  func fileAndMemory() throws {
    let folder = try TemporaryFolder()
    let tensors = [(name: "a", tensor: Tensor((0..<9000).map { Float($0) }, shape: [9, 1000]))]
    try folder.write("{}", to: "config.json")
    try SafetensorsFile.write(tensors, to: folder.file("model.safetensors"))
    #expect(try Checkpoint(folder: folder.path).fingerprint() == fingerprint(tensors))
  }
}
