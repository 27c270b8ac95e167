// Oracle: the kinds' own definitions, and the words of the messages.

import Tensors
import TestSupport
import Testing

@testable import Values

private func resolved(_ kind: OptionSpec.Kind, _ value: Value) throws -> Value {
  let spec = OptionSpec("o", kind, default: .null, "an option")
  return try Options(["o": value], for: [spec], subject: "method")["o"]
}

private let array = Value.tensor(Tensor([1, 2], shape: [2]))

@Suite("Options") struct OptionsTests {
  /// Every kind with values it takes and values it does not.
  static let kinds: [(kind: OptionSpec.Kind, taken: [Value], refused: [Value])] = [
    (.bool, [true, false], [1, "true", [true]]),
    (.integer(1...3), [1, 3], [0, 4, 2.0, "2", true, [2]]),
    (.number(0...1), [0.0, 1.0, 0.5], [-0.1, 1.5, .number(.nan), "0.5", false]),
    (.choice(["a", "b"]), ["a", "b"], ["c", "", 0, ["a"]]),
    (
      .choiceOrArray(["a"]), ["a", array],
      [
        "b", 1, [1, 2], .doubles([1]), .indices([1]),
        .tensor(Tensor([1, .infinity], shape: [2])), .tensor(Tensor([.nan], shape: [1])),
      ]
    ),
    (
      .integerOrTime(1...5), [1, 5, "10s", "500ms", "1.5min", "2h"],
      [
        0, 6, 2.0, "10", "s", "-1s", "0s", "1 s", "nans", "infs", "1e3s", "1.2.3s", "999999h",
        "10x", "",
      ]
    ),
    (.choiceOrInteger(["a"], 0...2), ["a", 0, 2], ["b", 3, -1, 1.0, [0]]),
    (.integers(0...9), [[], [0, 9]], [[10], [1, -1], [1.0], ["1"], 3, .indices([1]), "1"]),
  ]

  @Test("a kind takes what it says and refuses the rest", arguments: 0..<kinds.count)
  func kind(index: Int) throws {
    let (kind, taken, refused) = Self.kinds[index]
    for value in taken { #expect(try resolved(kind, value) == value) }
    for value in refused {
      #expect(
        throws: AssayError(
          .option, "method: o", expected: kind.description, found: value.description)
      ) { try resolved(kind, value) }
    }
  }

  @Test("a whole number is a number where numbers are meant")
  func wholeNumber() throws {
    #expect(try resolved(.number(0...5), 3) == .number(3))
  }

  @Test("null is as good as not given")
  func defaults() throws {
    let specs = [
      OptionSpec("n", .integer(1...9), default: 4, ""),
      OptionSpec("word", .choice(["a"]), default: .null, ""),
    ]
    for given: [String: Value] in [[:], ["n": .null, "word": .null]] {
      let options = try Options(given, for: specs, subject: "method")
      #expect(options.integer("n") == 4 && options["word"] == .null)
      #expect(options.all.map(\.name) == ["n", "word"])
    }
  }

  @Test("an unknown name is refused with the known ones")
  func unknown() {
    let spec = OptionSpec("n", .integer(1...9), default: 4, "")
    expectFailure(.option, "method", "n", "an option called \"m\"") {
      _ = try Options(["m": 1], for: [spec], subject: "method")
    }
    expectFailure(.option, "no options") {
      _ = try Options(["m": 1], for: [], subject: "method")
    }
  }

  @Test("messages say what was given as a person would write it")
  func descriptions() {
    let values: [Value] = [
      .null, true, -3, 0.5, "a\"b", [1, ["x"]], ["a": 1], array, .doubles([1, 2, 3]),
    ]
    #expect(
      values.map(\.description) == [
        "none", "true", "-3", "0.5", #""a\"b""#, #"[1, ["x"]]"#, "an object of 1",
        "an array float32[2]", "an array float64[3]",
      ])
  }
}
