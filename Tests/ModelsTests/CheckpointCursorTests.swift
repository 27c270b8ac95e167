import Tensors
import TestSupport
import Testing

@testable import Models

@Suite("Weights cursor") struct CheckpointCursorTests {
  private func cursor(_ tensors: [String: [Int]]) throws -> WeightsCursor {
    try Checkpoint(
      configuration: [:],
      tensors: tensors.sorted { $0.key < $1.key }.map { ($0.key, Tensor.filled(1, $0.value)) }
    ).weights()
  }

  @Test("scopes spell the full name (oracle: the name)")
  func scopes() throws {
    let weights = try cursor(["bert.encoder.layer.3.output.bias": [4]])
    let layer = weights["bert"]["encoder"]["layer"][3]
    #expect(layer.name("output.bias") == "bert.encoder.layer.3.output.bias")
    #expect(layer.contains("output.bias") && layer.shape("output.bias") == [4])
    #expect(try layer["output"].tensor("bias", shape: [4]).scalars == [1, 1, 1, 1])
    try weights.finish("bert")
  }

  @Test("a prefix is used only where the checkpoint has it (oracle: the name)")
  func prefix() throws {
    let with = try cursor(["bert.w": [1]]).scoped(ifPresent: "bert")
    let without = try cursor(["w": [1], "bertha.w": [1]]).scoped(ifPresent: "bert")
    #expect(with.name("w") == "bert.w" && without.name("w") == "w")
  }

  @Test("one error lists every missing, misshapen, mistyped and unread tensor")
  func problems() throws {
    let header = """
      {"i":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},\
      "wide":{"dtype":"F32","shape":[3],"data_offsets":[16,28]},\
      "extra.w":{"dtype":"F32","shape":[1],"data_offsets":[28,32]},\
      "extra.position_ids":{"dtype":"I64","shape":[0],"data_offsets":[32,32]}}
      """
    let file = try SafetensorsFile(
      bytes: safetensors(header: header, data: [UInt8](repeating: 0, count: 32)))
    let weights = Checkpoint(
      configuration: try Configuration([:], subject: "config"), path: "folder",
      sources: Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, .file(file, $0)) })
    ).weights()
    for _ in 0..<2 {
      #expect(try weights["x"].tensor("gone", shape: [2, 2]).scalars == [0, 0, 0, 0])
      #expect(try weights.tensor("wide", shape: [4]).shape == [4])
      #expect(try weights.tensor("i", shape: [2]).shape == [2])
    }
    let error = #expect(throws: AssayError.self) { try weights.finish("bert") }
    #expect(
      error?.description == """
        folder: expected the tensors of a bert model, found 1 missing: "x.gone" [2, 2]; \
        2 unusable: "wide" expected [4], found [3], "i" expected [2], found I64 [2]; \
        1 unread: "extra.w" [1]
        """)
  }

  @Test("tensors on the allow list may stay unread, others not")
  func ignoring() throws {
    let weights = try cursor([
      "bert.embeddings.position_ids": [1], "bert.pooler.dense.bias": [1],
      "cls.predictions.decoder.weight": [1], "head.bias": [1],
    ])
    try weights.finish("x", ignoring: ["pooler.dense.bias", "cls.*", "head.bias"])
    expectFailure(.checkpoint, "1 unread: \"cls.predictions.decoder.weight\" [1]") {
      try weights.finish("x", ignoring: ["pooler.*", "cls", "predictions", "bias"])
    }
    expectFailure(.checkpoint, "4 unread") {
      try cursor(["acls.w": [1], "cls": [1], "aposition_ids": [1], "xhead.bias": [1]])
        .finish("x", ignoring: ["cls.*", "head.bias"])
    }
  }

  @Test("a tensor read twice is one tensor, and legacy names are found (oracle: the storage)")
  func sharing() throws {
    let weights = try cursor(["LayerNorm.gamma": [2], "b": [1]])
    let first = try weights.tensor("LayerNorm.weight", or: "LayerNorm.gamma", shape: [2])
    let second = try weights.tensor("LayerNorm.gamma", shape: [2])
    #expect(first.storage === second.storage)
    _ = try weights.tensor("b", or: "beta", shape: [1])
    try weights.finish("x")
    _ = try weights.tensor("c", or: "d", shape: [1])
    expectFailure(.checkpoint, "1 missing: \"c\" [1]") { try weights.finish("x") }
  }

  @Test("an absent optional tensor is nil and no problem; a misshapen one is a problem")
  func optional() throws {
    let weights = try cursor(["bias": [2]])
    #expect(try weights.optionalTensor("no bias", shape: [2])?.shape == nil)
    _ = try weights.optionalTensor("bias", shape: [3])
    expectFailure(.checkpoint, "1 unusable: \"bias\" expected [3], found [2]") {
      try weights.finish("x")
    }
  }

  @Test("absurd shapes and endless layers from a configuration end in an error, without memory")
  func absurd() throws {
    let weights = try cursor([:])
    // 16 GB of zeros take address space only.
    #expect(try weights.tensor("w", shape: [65536, 65536]).shape == [65536, 65536])
    expectFailure(.checkpoint, "\"v\"", "fits memory") {
      _ = try weights.tensor("v", shape: [Int.max, 2])
    }
    expectFailure(.memory, "can be addressed") {
      _ = try weights.tensor("u", shape: [1 << 59])
    }
    expectFailure(.checkpoint, "1000 missing", "and 900 more") {
      for layer in 0..<1_000_000 { _ = try weights[layer].tensor("w", shape: [4, 4]) }
    }
  }
}
