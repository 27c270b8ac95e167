// Oracle: scipy 1.13, kendalltau([1, 2, 3, 4], [1, 3, 2, 4]) = 2/3, p = 1/3; spearmanr = 0.8.

import Models
import Testing
import Values

@testable import Exports

private func agreement(_ json: String, _ lent: [LentMemory]) throws -> Value {
  let answer = try call("agreement", nil, json, lent)
  return try Value.parse(Array(answer.json.utf8), subject: "answer")
}

@Test func agreementOfTwoVectorsIsReported() throws {
  let answer = try agreement(
    #"{"a": {"$array": 0}, "b": {"$array": 1}, "statistics": ["kendall", "spearman"]}"#,
    [LentMemory(doubles: [1, 2, 3, 4]), LentMemory(floats: [1, 3, 2, 4])])
  #expect(answer["n"] == 4)
  let kendall = try #require(answer["kendall"]?["value"]?.numberValue)
  let pValue = try #require(answer["kendall"]?["p_value"]?.numberValue)
  let spearman = try #require(answer["spearman"]?["value"]?.numberValue)
  #expect(abs(kendall - 2.0 / 3) < 1e-12)
  #expect(abs(pValue - 1.0 / 3) < 1e-12)
  #expect(abs(spearman - 0.8) < 1e-12)
  #expect(answer["top_k_overlap"] == nil)
}

@Test func anUndefinedStatisticIsNullWithItsReason() throws {
  let answer = try agreement(
    #"{"a": {"$array": 0}, "b": {"$array": 1}}"#,
    [LentMemory(doubles: [1, .nan, 3]), LentMemory(doubles: [1, 2, 3])])
  #expect(answer["kendall"]?["value"] == .null)
  #expect(answer["kendall"]?["undefined"] == "the first vector is not finite at 1")
}

@Test(arguments: [
  (#""k": 0"#, "k: expected an integer in 1...2147483647, found the integer 0"),
  (#""k": 1.5"#, "k: expected an integer in 1...2147483647, found the number 1.5"),
  (#""draws": 100001"#, "draws: expected an integer in 0...100000, found the integer 100001"),
  (#""statistics": [1]"#, "statistics[0]: expected a string, found the integer 1"),
  (
    #""depth": 2"#,
    #""depth": expected one of a, b, statistics, k, seed, draws, found an unknown option"#
  ),
])
func anOptionOutOfRangeIsRefused(_ option: String, _ message: String) {
  let lent = [LentMemory(doubles: [1, 2, 3]), LentMemory(doubles: [1, 3, 2])]
  let json = #"{"a": {"$array": 0}, "b": {"$array": 1}, \#(option)}"#
  #expect(refusal { _ = try call("agreement", nil, json, lent) }?.message == message)
}
