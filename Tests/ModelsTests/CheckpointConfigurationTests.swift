import Tensors
import TestSupport
import Testing
import Values

@testable import Models

@Suite("Configuration") struct CheckpointConfigurationTests {
  private func configuration(_ value: Value) throws -> Configuration {
    try Configuration(value, subject: "config.json")
  }

  @Test("fields of every type are read (oracle: the literal)")
  func fields() throws {
    let config = try configuration([
      "i": 12, "x": 0.5, "whole": 2, "b": true, "s": "gelu", "list": [1, 2],
      "names": ["a", "b"], "inner": ["y": 3], "none": .null,
    ])
    #expect(try config.integer("i", in: 1...65536) == 12)
    #expect(try config.number("x", in: 0...1) == 0.5)
    #expect(try config.number("whole", in: 0...10) == 2)
    #expect(try config.bool("b"))
    #expect(try config.string("s", oneOf: ["relu", "gelu"]) == "gelu")
    #expect(try config.integers("list", in: 0...9) == [1, 2])
    #expect(try config.strings("names") == ["a", "b"])
    #expect(try config.nested("inner")?.integer("y", in: 0...9) == 3)
    #expect(try config.nested("other")?.subject == nil)
    #expect(config.contains("i") && !config.contains("none") && !config.contains("other"))
  }

  @Test("a missing or null field takes its default (oracle: the default)")
  func defaults() throws {
    let config = try configuration(["none": .null])
    for field in ["none", "other"] {
      #expect(try config.integer(field, in: 0...9, default: 7) == 7)
      #expect(try config.number(field, in: 0...9, default: 0.1) == 0.1)
      #expect(try config.bool(field, default: false) == false)
      #expect(try config.string(field, oneOf: ["a"], default: "b") == "b")
      #expect(try config.strings(field, default: []) == [])
    }
  }

  @Test("missing, negative, mistyped and unknown values are errors that name file and field")
  func problems() throws {
    let config = try configuration([
      "n": -4, "x": 1.5, "s": "swish", "list": [1, -1], "o": [:], "none": .null,
    ])
    expectFailure(.checkpoint, "config.json, width", "an integer in 1...9", "no such field") {
      _ = try config.integer("width", in: 1...9)
    }
    expectFailure(.checkpoint, "config.json, none", "null") {
      _ = try config.integer("none", in: 1...9)
    }
    for field in ["n", "x", "s", "list", "o"] {
      expectFailure(.checkpoint, "config.json, \(field)", "1...9") {
        _ = try config.integer(field, in: 1...9, default: 1)
      }
    }
    expectFailure(.checkpoint, "0.0...1.0", "1.5") { _ = try config.number("x", in: 0...1) }
    expectFailure(.checkpoint, "\"relu\", \"gelu\"", "the string \"swish\"") {
      _ = try config.string("s", oneOf: ["relu", "gelu"])
    }
    expectFailure(.checkpoint, "true or false", "-4") { _ = try config.bool("n") }
    expectFailure(.checkpoint, "a string", "the number 1.5") { _ = try config.string("x") }
    expectFailure(.checkpoint, "list of integers", "list of 2") {
      _ = try config.integers("list", in: 0...9)
    }
    expectFailure(.checkpoint, "list of strings") { _ = try config.strings("list") }
    expectFailure(.checkpoint, "config.json, n", "an object") { _ = try config.nested("n") }
    expectFailure(.checkpoint, "config.json, o, y") {
      _ = try config.nested("o")?.bool("y")
    }
  }

  @Test("labels come from id2label in the order of their numbers (oracle: transformers' rule)")
  func labels() throws {
    let named: Value = ["id2label": ["2": "C", "0": "A", "1": "B"]]
    #expect(try configuration(named).labels() == ["A", "B", "C"])
    #expect(try configuration(["num_labels": 3]).labels() == ["LABEL_0", "LABEL_1", "LABEL_2"])
    #expect(try configuration([:]).labels() == ["LABEL_0", "LABEL_1"])
    #expect(try configuration(["id2label": ["0": 5, "1": "x"]]).labels() == ["5", "x"])
  }

  @Test(
    "labels that are not numbered 0 ..< n are errors",
    arguments: [
      ["id2label": [:]], ["id2label": ["1": "A"]], ["id2label": ["0": "A", "00": "B"]],
      ["id2label": ["0": "A", "x": "B"]], ["id2label": ["0": "A", "-1": "B"]],
      ["id2label": ["0": "A", "99999999999999999999": "B"]], ["id2label": ["0": [1]]],
      ["id2label": ["0": "A"], "num_labels": 2], ["id2label": ["A", "B"]],
      ["num_labels": 0], ["num_labels": -1], ["num_labels": 1_000_000_000_000],
    ] as [Value])
  func badLabels(value: Value) {
    expectFailure(.checkpoint, "config.json", "label") { _ = try configuration(value).labels() }
  }

  @Test("the problem type is given or follows from the number of labels (transformers' rule)")
  func problemType() throws {
    #expect(try configuration([:]).problemType(labelCount: 2) == .singleLabel)
    #expect(try configuration([:]).problemType(labelCount: 1) == .regression)
    let multi: Value = ["problem_type": "multi_label_classification"]
    #expect(try configuration(multi).problemType(labelCount: 1) == .multiLabel)
    expectFailure(.checkpoint, "problem_type", "single_label_classification", "\"x\"") {
      _ = try configuration(["problem_type": "x"]).problemType(labelCount: 2)
    }
  }
}
