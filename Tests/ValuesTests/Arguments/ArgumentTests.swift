// Oracle: the ranges stated by the caller and the words of the messages.

import Tensors
import Testing
import Values

private func argument(_ record: Value) -> Argument { Argument(record, path: "n") }

@Test func wholeNumbersAreReadHoweverTheyAreWritten() throws {
  #expect(try argument(3).integer(in: 1...5) == 3)
  #expect(try argument(3.0).integer(in: 1...5) == 3)
}

@Test(arguments: [0, 6, 2.5, .number(.nan), .number(1e300), "3", true, .null, [3]] as [Value])
func anIntegerOutOfRangeIsRefused(_ record: Value) {
  #expect(
    throws: AssayError(.option, "n", expected: "an integer in 1...5", found: record.summary)
  ) { try argument(record).integer(in: 1...5) }
}

@Test func numbersAreReadWithinTheirRange() throws {
  #expect(try argument(1).number(in: 0...1) == 1)
  #expect(try argument(-7.5).number() == -7.5)
  #expect(throws: AssayError(.option, "n", expected: "a number", found: "the number nan")) {
    try argument(.number(.nan)).number()
  }
  #expect(
    throws: AssayError(.option, "n", expected: "a number in 0.0...1.0", found: "the number 1.5")
  ) { try argument(1.5).number(in: 0...1) }
}

@Test func aChoiceIsOneOfItsNames() throws {
  enum Fusion: String, CaseIterable { case mean, max }
  #expect(try argument("max").choice(Fusion.self) == .max)
  #expect(
    throws: AssayError(
      .option, "n", expected: #"one of "mean", "max""#, found: #"the string "sum""#)
  ) { try argument("sum").choice(Fusion.self) }
}

@Test func nestedValuesAreCalledByTheirPath() throws {
  let record: Value = ["interventions": [["kind": 3]]]
  var fields = try Fields(record)
  let first = try #require(try fields.required("interventions").list().first)
  var inner = try first.fields()
  #expect(
    throws: AssayError(
      .option, "interventions[0].kind", expected: "a string", found: "the integer 3")
  ) { try inner.required("kind").string() }
}

@Test func absentAndNullAreTheSame() throws {
  var fields = try Fields(["a": .null])
  #expect(fields.optional("a") == nil)
  #expect(fields.optional("b") == nil)
  #expect(throws: AssayError(.option, "a", expected: "a value", found: "none")) {
    try fields.required("a")
  }
}

@Test func anArrayOfAnotherShapeIsRefused() {
  let matrix = argument(.tensor(.zeros([2, 3])))
  #expect(throws: AssayError(.shape, "n", expected: "shape [any]", found: "float32[2, 3]")) {
    try matrix.doubles()
  }
  #expect(throws: AssayError(.shape, "n", expected: "shape [any, 4]", found: "float32[2, 3]")) {
    try matrix.tensor([nil, 4])
  }
  #expect(throws: AssayError(.shape, "n", expected: "float32", found: "float64[1]")) {
    try argument(.doubles([1])).tensor()
  }
  #expect(throws: AssayError(.shape, "n", expected: "int32 or int64", found: "float64[1]")) {
    try argument(.doubles([1])).integers(in: 0...9)
  }
  #expect(throws: AssayError(.shape, "n", expected: "an array", found: "a list of 1")) {
    try argument([1]).array()
  }
}

@Test func numbersThatCannotBeUsedAreNamedWithTheirPlace() {
  #expect(
    throws: AssayError(.numeric, "n", expected: "finite numbers", found: "inf at element 1")
  ) { try argument(.doubles([1, .infinity])).doubles() }
  #expect(
    throws: AssayError(.input, "n", expected: "integers in 0...9", found: "-1 at element 2")
  ) { try argument(.indices([3, 9, -1])).integers(in: 0...9) }
}

@Test func everyElementTypeIsReadInDoublePrecision() throws {
  #expect(try argument(.tensor(Tensor([0.5], shape: [1]))).doubles() == [0.5])
  #expect(try argument(.indices([-3])).doubles() == [-3])
}
