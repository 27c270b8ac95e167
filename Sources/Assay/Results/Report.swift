import Attribution
import Evidence
import Models
import Tensors
import Values

/// Whether an explanation holds, for this model and this input, and why.
public struct Report: SavedResult {
  /// What saved reports call themselves.
  public static let format = "assay.report/1"
  /// The answer.
  public let verdict: Verdict
  /// What it rests on; nil for what only an earlier ``edition`` of the rule rested on.
  public let reason: Reason?
  /// How many rungs of the reliability ladder hold in a row, from 0 to 4.
  public let ladder: Int
  /// The smallest efficiency over the conditions, from 0 to 1; nil where none is defined.
  public let strength: Double?
  /// The verdict in sentences for a reader who is no specialist.
  public let sentences: [String]
  /// What the verdict hangs on.
  public let weakestLink: Condition?
  /// The three conditions, in order.
  public let conditions: [ConditionResult]
  /// Every check, in the order of the registry.
  public let checks: [Check]
  /// Whether no other attention that was tried would have done as well; nil where knocking the
  /// highlighted attention out does nothing either.
  public let isExclusive: Bool?
  /// Other positions whose attention would have done as well.
  public let rivals: [Rival]
  /// The best set found, against the map's; nil where removal could not be tested.
  public let repaired: RepairedMap?
  /// The same rule on the leave-one-out map; nil where there is none.
  public let oracle: Oracle?
  /// The tested explanation.
  public let explanation: Explanation
  /// A gradient explanation of the same prediction.
  public let baseline: Explanation?
  /// The positions of the highlighted tokens.
  public let highlighted: [Int]
  /// The whole input, special tokens included.
  public let tokens: Tokens
  /// The explained scalar; ``targetLabel`` is what it is called.
  public let target: Target
  /// What the explained scalar is called.
  public let targetLabel: String
  /// The names of the model's scores.
  public let labels: [String]
  /// The probabilities of the unedited prediction.
  public let probabilities: [Double]
  /// The scores of the unedited prediction.
  public let logits: [Float]
  /// What counted as one thing.
  public let granularity: Granularity
  /// The token positions of every such thing.
  public let units: [[Int]]
  /// How many of the independent kinds of evidence (gradients, removal, edited attention) support.
  public let agreeingKinds: Int?
  /// Whether error rates were measured on this ``kind`` of model.
  public let isCalibrated: Bool
  /// What kind of model and input this is.
  public let kind: String
  /// The numbers that the verdict rests on.
  public let thresholds: Thresholds
  /// Whether the thresholds are others than those whose error rates were measured.
  public let isProvisional: Bool
  /// Verdict and reason with special tokens explained like any other; nil unless asked for.
  public let withSpecial: WithSpecial?
  /// The edition of the rule: reports of another edition came from other tests.
  public let edition: Int
  /// The seed of everything stochastic.
  public let seed: UInt64
  /// The passes that were expected before the work began, at most.
  public let estimate: Cost
  /// All passes through the model.
  public let cost: Cost
  /// The instruction set that the numbers were computed with.
  public let instructionSet: String
  /// The precision of products with the weights of the blocks.
  public let precision: Precision
  /// The version of the engine.
  public let version: String
  /// The model, as it was named when it was opened.
  public let model: String
  /// Everything as plain values.
  public let record: Value

  /// The result of a condition.
  public subscript(condition: Condition) -> ConditionResult? {
    conditions.first { $0.condition == condition }
  }

  /// The result of the check of that name; nil where it did not run.
  public subscript(check name: String) -> Check? { checks.first { $0.name == name } }

  /// The verdict as it is shown: `trustworthy, not exclusive` where rivals do as well.
  public var headline: String {
    verdict == .trustworthy && isExclusive == false
      ? "\(verdict.rawValue), not exclusive" : verdict.rawValue
  }

  /// The report of a record.
  public init(record: Value) throws(AssayError) {
    var fields = try Fields(record)
    self.record = record
    let tokens = try Tokens(record: try fields.required("tokens"))
    let places = 0...max(0, tokens.count - 1)
    self.tokens = tokens
    verdict = try fields.required("verdict").choice()
    reason = Reason(rawValue: try fields.required("reason").string())
    ladder = try fields.required("ladder").integer(in: 0...4)
    strength = try fields.optional("strength")?.number()
    sentences = try fields.texts("sentences")
    weakestLink = try fields.optional("weakest_link")?.choice()
    conditions = try fields.named(in: "conditions", ConditionResult.init)
      .inOrder(of: Condition.allCases, \.condition)
    checks = try fields.named(in: "checks", Check.init)
      .inOrder(of: Checks.all.map(\.name), \.name)
    isExclusive = try fields.optional("exclusive")?.boolean()
    rivals =
      try fields.optional("rivals")?.list { one throws(AssayError) in try Rival(one, tokens) } ?? []
    repaired = try fields.optional("repaired").map { one throws(AssayError) in
      try RepairedMap(one, tokens)
    }
    oracle = try fields.optional("oracle").map { one throws(AssayError) in try Oracle(one, places) }
    explanation = try Explanation(
      record: try fields.required("explanation").value, tokens: tokens)
    baseline = try fields.optional("baseline").map { one throws(AssayError) in
      try Explanation(record: one.value, tokens: tokens)
    }
    highlighted = try fields.optional("highlighted")?.integers(in: places) ?? []
    target = try fields.required("target").target()
    targetLabel = try fields.required("target_label").string()
    labels = try fields.texts("labels")
    probabilities = try fields.optional("probabilities")?.numbers() ?? []
    logits = try fields.optional("logits")?.floats() ?? []
    granularity = try fields.optional("granularity")?.choice() ?? .token
    units =
      try fields.optional("units")?.list { one throws(AssayError) in try one.integers(in: places) }
      ?? []
    agreeingKinds = try fields.optional("agreeing_kinds")?.integer(in: 0...Int(Int32.max))
    isCalibrated = try fields.optional("calibrated")?.boolean() ?? false
    kind = try fields.optional("kind")?.string() ?? ""
    thresholds = Thresholds(
      try fields.named("thresholds") { one throws(AssayError) in try one.number() })
    isProvisional = try fields.optional("provisional")?.boolean() ?? false
    withSpecial = try fields.optional("with_special").map { one throws(AssayError) in
      try WithSpecial(one)
    }
    edition = try fields.optional("edition")?.integer(in: 1...Int(Int32.max)) ?? 1
    seed = UInt64(clamping: try fields.optional("seed")?.integer(in: 0...Int.max) ?? 0)
    estimate = try fields.cost("estimate")
    cost = try fields.cost("cost")
    instructionSet = try fields.optional("instruction_set")?.string() ?? ""
    precision = try fields.optional("precision")?.choice() ?? .float32
    version = try fields.optional("version")?.string() ?? ""
    model = try fields.optional("model")?.string() ?? ""
  }

  /// The report of the engine, with what the model says beside it.
  init(_ report: Evidence.Report, _ tokens: Tokens, of model: Model) throws(AssayError) {
    let said: [Members.Element] = [
      ("tokens", tokens.record), ("labels", .list(model.card.labels.map { .text($0) })),
      ("model", .text(model.origin)), ("precision", .text(model.precision.rawValue)),
      ("target_label", .text(model.name(of: report.explanation.target))),
    ]
    let found = Value.report(report).plain.recordValue ?? Members()
    try self.init(record: .record(said + found.map { ($0.key, $0.value) }))
  }
}
