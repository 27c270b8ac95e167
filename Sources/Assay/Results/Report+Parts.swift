import Attribution
import Evidence
import Tensors
import Values

extension Report {
  /// One piece of evidence.
  public struct Check: Sendable {
    /// The registered name.
    public let name: String
    /// What it says of the claim that it tests.
    public let outcome: Outcome
    /// What it is used for.
    public let role: Role?
    /// The condition that it belongs to; nil for one that belongs to none.
    public let condition: Condition?
    /// What the check could refute.
    public let claim: String
    /// What a pass does not show.
    public let limits: String
    /// What the null says.
    public let hypothesis: String
    /// Where the check was published.
    public let source: String
    /// The finding in words.
    public let sentence: String
    /// The value that is tested: in a primary check an efficiency.
    public let statistic: Double?
    /// How much changed, in the check's own unit.
    public let effect: Double?
    /// The share of null draws at least as large; nil where there is no null.
    public let pValue: Double?
    /// The smallest p that was attainable.
    public let smallestP: Double?
    /// What chance gives.
    public let null: Null?
    /// Passes through the model beyond what earlier checks had computed.
    public let cost: Cost
    /// Whatever else the check measured, by name.
    public let details: [String: Value]

    init(_ name: String, _ argument: Argument) throws(AssayError) {
      var fields = try argument.fields()
      self.name = name
      outcome = try fields.required("outcome").choice()
      role = try fields.optional("role")?.choice()
      condition = try fields.optional("condition")?.choice()
      claim = try fields.optional("claim")?.string() ?? ""
      limits = try fields.optional("limits")?.string() ?? ""
      hypothesis = try fields.optional("hypothesis")?.string() ?? ""
      source = try fields.optional("source")?.string() ?? ""
      sentence = try fields.optional("sentence")?.string() ?? ""
      statistic = try fields.optional("statistic")?.number()
      effect = try fields.optional("effect")?.number()
      pValue = try fields.optional("p_value")?.number()
      smallestP = try fields.optional("p_min")?.number()
      null = try fields.optional("null").map { one throws(AssayError) in try Null(one) }
      cost = try fields.cost("cost")
      details = try fields.named("details") { one throws(AssayError) in one.value }
    }
  }

  /// The distribution of a statistic under its null hypothesis.
  public struct Null: Sendable {
    /// What was random.
    public let name: String
    /// How many draws there were.
    public let draws: Int
    /// The mean of the draws.
    public let mean: Double?
    /// The standard deviation of the draws.
    public let deviation: Double?
    /// The draws, ascending, where they were kept.
    public let values: [Double]

    init(_ argument: Argument) throws(AssayError) {
      var fields = try argument.fields()
      name = try fields.optional("name")?.string() ?? ""
      draws = try fields.optional("draws")?.integer(in: 0...Int.max) ?? 0
      mean = try fields.optional("mean")?.number()
      deviation = try fields.optional("sd")?.number()
      values = try fields.optional("values")?.numbers() ?? []
    }
  }

  /// Another position whose attention would have given nearly the same answer.
  public struct Rival: Sendable, Equatable {
    /// Its token positions.
    public let positions: [Int]
    /// How it is spelled.
    public let token: String
    /// How much of what knocking the highlighted attention out destroys comes back.
    public let restored: Double
    /// How far that attention is from the original, as mean total variation distance.
    public let distance: Double

    init(_ argument: Argument, _ tokens: Tokens) throws(AssayError) {
      var fields = try argument.fields()
      positions = try fields.required("positions").integers(in: 0...max(0, tokens.count - 1))
      token = positions.map { tokens.pieces[$0] }.joined(separator: " ")
      restored = try fields.required("restored").number()
      distance = try fields.required("distance").number()
    }
  }

  /// The best set of tokens that was found, and what it changes about the tested map.
  public struct RepairedMap: Sendable, Equatable {
    /// Its positions.
    public let positions: [Int]
    /// How they are spelled.
    public let tokens: [String]
    /// Positions that the map highlights and whose removal does nothing.
    public let idle: [Int]
    /// Positions of the best set that the map does not highlight.
    public let missing: [Int]
    /// The least efficiency of the best set over the removal operators that decide.
    public let efficiency: Double?

    init(_ argument: Argument, _ tokens: Tokens) throws(AssayError) {
      var fields = try argument.fields()
      let places = 0...max(0, tokens.count - 1)
      positions = try fields.required("positions").integers(in: places)
      self.tokens = positions.map { tokens.pieces[$0] }
      idle = try fields.required("idle").integers(in: places)
      missing = try fields.required("missing").integers(in: places)
      efficiency = try fields.optional("efficiency")?.number()
    }
  }

  /// The same rule on the leave-one-out map: what a map can be held against on this input.
  public struct Oracle: Sendable, Equatable {
    /// Its verdict; nil where only a part of the rule was run.
    public let verdict: Verdict?
    /// Its efficiency in each condition where it is defined.
    public let efficiencies: [Condition: Double]
    /// The positions that it highlights.
    public let highlighted: [Int]
    /// Whether its removal is supported; nil where that was not run.
    public let passesRemoval: Bool?

    init(_ argument: Argument, _ places: ClosedRange<Int>) throws(AssayError) {
      var fields = try argument.fields()
      verdict = try fields.optional("verdict")?.choice()
      var found: [Condition: Double] = [:]
      if var named = try fields.optional("efficiencies")?.fields() {
        for condition in Condition.allCases {
          found[condition] = try named.optional(condition.rawValue)?.number()
        }
      }
      efficiencies = found
      highlighted = try fields.optional("highlighted")?.integers(in: places) ?? []
      passesRemoval = try fields.optional("passes_removal")?.boolean()
    }
  }

  /// What the verdict would be with special tokens explained like any other.
  public struct WithSpecial: Sendable, Equatable {
    /// The answer.
    public let verdict: Verdict
    /// What it rests on.
    public let reason: Reason

    init(_ argument: Argument) throws(AssayError) {
      var fields = try argument.fields()
      verdict = try fields.required("verdict").choice()
      reason = try fields.required("reason").choice()
    }
  }
}

extension ConditionResult {
  init(_ name: String, _ argument: Argument) throws(AssayError) {
    var fields = try argument.fields()
    guard let condition = Condition(rawValue: name) else {
      throw argument.mismatch("the name of a condition")
    }
    self.init(
      condition: condition, outcome: try fields.required("outcome").choice(),
      efficiency: try fields.optional("efficiency")?.number(),
      reasons: try fields.texts("reasons"), checks: try fields.texts("checks"))
  }
}

extension Thresholds {
  /// - Parameter named: by the names of a record; what is missing is as the rule has it.
  init(_ named: [String: Double]) {
    self.init()
    alpha = named["alpha"] ?? alpha
    epsilon = named["epsilon"] ?? epsilon
    supported = named["supported"] ?? supported
    contradicted = named["contradicted"] ?? contradicted
    flat = named["flat"] ?? flat
    explainedMass = named["explained_mass"] ?? explainedMass
    power = named["power"] ?? power
  }
}

extension Array {
  /// The elements in the order of a registry, which not every format keeps; unknown ones at the end.
  func inOrder<Name: Equatable>(of names: [Name], _ name: (Element) -> Name) -> [Element] {
    names.flatMap { one in filter { name($0) == one } } + filter { !names.contains(name($0)) }
  }
}

extension Fields {
  /// The texts of a list that may be missing.
  mutating func texts(_ name: String) throws(AssayError) -> [String] {
    try optional(name)?.list { one throws(AssayError) in try one.string() } ?? []
  }

  /// The members of a record in their order, each made with its name.
  mutating func named<Content>(
    in name: String, _ make: (String, Argument) throws(AssayError) -> Content
  ) throws(AssayError) -> [Content] {
    var fields = try required(name).fields()
    var found: [Content] = []
    for (name, argument) in fields.all() { found.append(try make(name, argument)) }
    return found
  }
}
