// Oracle: messages name the argument, what was expected and what was found; numbers by hand.

import CABI
import Testing
import Values

@testable import Exports

private func parsed(_ json: String) throws -> Value {
  try Value.parse(Array(json.utf8), subject: "answer")
}

/// Two texts of three and four tokens.
private func texts() -> [LentMemory] {
  [
    LentMemory([Int32](5...11), shape: [7], ASSAY_INT32),
    LentMemory([Int64(0), 3, 7], shape: [3], ASSAY_INT64),
  ]
}

private func examine(
  rows: String = #"[{"seed": 1}, {"seed": 2}]"#, _ more: String = "", _ lent: [LentMemory] = []
) throws -> (answer: Value, arrays: [Answered]) {
  let model = try Opened("{\"path\": \"\(fixture)\"}")
  let found = try call(
    "examine", model,
    """
    {"input": {"ids": {"$array": 0}, "offsets": {"$array": 1}}, "rows": \(rows),
     "methods": ["attention", "saliency"]\(more)}
    """, texts() + lent)
  return (try parsed(found.json), found.arrays)
}

@Test func aChunkAnswersForEveryRow() throws {
  let answer = try examine(rows: #"[{"seed": 1, "label": 0}, {"seed": 2}]"#).answer
  let rows = try #require(answer["rows"]?.listValue)
  #expect(rows.count == 2)
  for row in rows {
    let checks = try #require(row["report"]?["checks"]?.recordValue)
    for (name, check) in checks {
      for text in ["claim", "limits", "hypothesis", "source"] {
        #expect(check[text]?.textValue?.isEmpty == false, "\(name) \(text)")
      }
      // What no part stores does not cross.
      #expect(check["null"]?["values"] == nil && check["details"]?["distances"] == nil)
    }
    #expect(row["agreement_kendall"]?["$array"] != nil)
  }
}

/// Oracle: the head has one score and says a quantity, which has no label.
@Test func aQuantityHasNoLabelToStayOrTurnTo() throws {
  let row = try #require(try examine().answer["rows"]?.listValue?.first)
  for name in ["predicted", "confidence", "correct", "removed_same", "random_same"] {
    #expect(row[name] == .null, "\(name)")
  }
}

@Test func aRowThatFailsSaysWhyInItsPlace() throws {
  let scores = LentMemory(doubles: [1, 2])
  let rows = #"[{"seed": 1, "scores": {"$array": 2}}, {"seed": 2}]"#
  let found = try #require(try examine(rows: rows, "", [scores]).answer["rows"]?.listValue)
  #expect(found[0]["error"]?["kind"]?.textValue == "shape")
  #expect(found[0]["error"]?["message"]?.textValue?.contains("expected 3 scores") == true)
  #expect(found[1]["error"] == nil && found[1]["report"] != nil)
}

@Test(arguments: [
  (#"[{"seed": 1}]"#, "", "rows: expected one for each of 2 inputs, found 1"),
  (#"[{"seed": 1}, {}]"#, "", "rows[1].seed: expected a value, found none"),
  (#"[{"seed": -1}, {"seed": 2}]"#, "", "rows[0].seed: expected an integer in 0"),
  (#"[{"seed": 1, "label": -1}, {"seed": 2}]"#, "", "rows[0].label: expected an integer in 0"),
  (#"[{"seed": 1, "lable": 1}, {"seed": 2}]"#, "", #"rows[0]."lable": expected one of seed"#),
  (#"[{"seed": 1}, {"seed": 2}]"#, #", "random_sets": -1"#, "random_sets: expected an integer"),
  (#"[{"seed": 1}, {"seed": 2}]"#, #", "checks": ["magic"]"#, "checks: expected"),
  (#"[{"seed": 1}, {"seed": 2}]"#, #", "method_options": {"magic": 1}"#, "magic"),
  (#"[{"seed": 1}, {"seed": 2}]"#, #", "target": 9"#, "target: expected an integer in 0...0"),
])
func aQuestionThatNoRowCouldAnswerIsRefused(
  _ rows: String, _ more: String, _ message: String
) throws {
  let refused = refusal { _ = try examine(rows: rows, more) }
  #expect(refused?.message.contains(message) == true, "\(refused?.message ?? "none")")
}

@Test func aRationaleOfAnotherLengthIsRefused() {
  let marks = LentMemory([Int32(1), 0], shape: [2], ASSAY_INT32)
  let refused = refusal {
    _ = try examine(
      rows: #"[{"seed": 1, "rationale": {"$array": 2}}, {"seed": 2}]"#, "", [marks])
  }
  #expect(refused?.message == "rows[0].rationale: expected shape [3], found int32[2]")
}

@Test(arguments: [
  (#"{}"#, "row: expected a value, found none"),
  (#"{"row": [1]}"#, "row: expected an array, found a list of 1"),
])
func columnsThatAreMissingAreNamed(_ json: String, _ message: String) {
  #expect(refusal { _ = try call("summarise", nil, json) }?.message == message)
}

@Test func codesBeyondTheirWordsAreRefused() {
  let row = LentMemory([Int64(0)], shape: [1], ASSAY_INT64)
  let codes = LentMemory([Int32(2)], shape: [1], ASSAY_INT32)
  let json = """
    {"row": {"$array": 0}, "verdict": {"words": ["trustworthy"], "codes": {"$array": 1}}}
    """
  #expect(
    refusal { _ = try call("summarise", nil, json, [row, codes]) }?.message
      == "verdict.codes: expected integers in -1...0, found 2 at element 0")
}

@Test func theSmallStatisticsAnswer() throws {
  let share = try parsed(call("proportion", nil, #"{"successes": 0, "trials": 20}"#).json)
  #expect(share["share"]?.numberValue == 0 && share["low"]?.numberValue == 0)
  let (a, b) = (LentMemory(doubles: [2, 3]), LentMemory(doubles: [1, 2]))
  let separation = try parsed(
    call("separation", nil, #"{"positive": {"$array": 0}, "negative": {"$array": 1}}"#, [a, b])
      .json)
  #expect(separation["auc"]?.numberValue == 0.875 && separation["low"] == .null)
  let orders = try call("random_orders", nil, #"{"count": 3, "draws": 4}"#).arrays
  #expect(orders[0].shape == [4, 3])
}

@Test(arguments: [
  ("proportion", #"{"successes": 2, "trials": 1}"#, "successes: expected an integer in 0...1"),
  ("random_orders", #"{"count": 1000000, "draws": 1000000}"#, "draws: expected at most"),
  ("random_orders", #"{"count": -1, "draws": 1}"#, "count: expected an integer in 0"),
])
func numbersOutOfRangeAreRefused(_ operation: String, _ json: String, _ message: String) {
  let refused = refusal { _ = try call(operation, nil, json) }
  #expect(refused?.message.contains(message) == true, "\(refused?.message ?? "none")")
}

@Test func pairsNeedAsManyOnBothSides() {
  let (a, b) = (LentMemory(doubles: [2, 3]), LentMemory(doubles: [1]))
  let json = #"{"positive": {"$array": 0}, "negative": {"$array": 1}, "paired": true}"#
  #expect(
    refusal { _ = try call("separation", nil, json, [a, b]) }?.message
      == "negative: expected 2 values, as many as positive, found 1")
}

/// Oracle: the methods that were asked for, in their order, each with every column that `summarise`
/// takes back.
@Test func everyJudgedMapOfARowCrosses() throws {
  let answer = try examine(#", "versus": ["saliency", "attention_rollout"]"#).answer
  let row = try #require(answer["rows"]?.listValue?.first)
  let judged = try #require(row["judged"]?.listValue)
  #expect(judged.count == 3)
  for map in judged {
    for name in ["verdict", "consistency", "causal_relevance", "counterfactual_robustness"] {
      #expect(map[name]?.textValue?.isEmpty == false, "\(name)")
    }
    #expect(map["removal_efficiencies"]?["$array"] != nil && map["chance_trusted"] != nil)
  }
  #expect(judged[0]["verdict"] == row["report"]?["verdict"])
  let refused = refusal { _ = try examine(#", "versus": ["magic"]"#) }
  #expect(refused?.message.contains("magic") == true, "\(refused?.message ?? "none")")
}

/// Oracle: matrices of the right shape, and no pair without a verdict.
@Test func severalMethodsAreComparedInOneCall() throws {
  let model = try Opened("{\"path\": \"\(fixture)\"}")
  func compare(_ more: String) throws -> (answer: Value, arrays: [Answered]) {
    let found = try call(
      "compare", model,
      #"{"input": {"ids": {"$array": 0}, "offsets": {"$array": 1}}"# + more + "}",
      [
        LentMemory([Int32](5...9), shape: [5], ASSAY_INT32),
        LentMemory([Int64(0), 5], shape: [2], ASSAY_INT64),
      ])
    return (try parsed(found.json), found.arrays)
  }
  let judged = try compare(#", "methods": ["attention", "saliency"], "options": {"scale": 2}"#)
    .answer
  #expect(judged["explanations"]?.listValue?.count == 2)
  #expect(judged["judged"]?.listValue?.count == 2 && judged["pairs"]?.listValue?.count == 1)
  #expect(judged["note"]?.textValue?.contains("no interval") == true)
  let plain = try compare(#", "verdicts": false"#).answer
  #expect(plain["judged"]?.listValue?.isEmpty == true && plain["note"] == .null)
  for (more, message) in [
    (#", "methods": ["magic"]"#, "magic"), (#", "methods": []"#, "methods: expected"),
    (#", "statistic": "magic""#, "magic"), (#", "options": {"magic": 1}"#, "magic"),
  ] {
    let refused = refusal { _ = try compare(more) }
    #expect(refused?.message.contains(message) == true, "\(refused?.message ?? "none")")
  }
}
