import Attribution
import Models
import Tensors
import Values

/// How evidence is gathered, beside what single checks have as options of their own.
public struct Settings: Sendable {
  /// The decision thresholds.
  public var thresholds = Thresholds()
  /// How many random sets nulls draw.
  public var draws = Draws()
  /// What counts as one thing.
  public var granularity = Granularity.token
  /// The span of every token, for `granularity` span; −1 is a unit of its own.
  public var spans: [Int]?
  /// The attention that scores from elsewhere are made of; nil means the method's own, or all.
  public var scope: AttentionScope?
  /// How much of a regression's score is much; nil where nobody said.
  public var scale: Double?
  /// Replacements the replace operator averages over.
  public var replacements = 4
  /// Token ids that the replace operator draws from; nil means every ordinary token.
  public var fillIns: [Int]?
  /// The removal operators; nil means delete, mask (mean embedding without a mask token), attention
  /// mask, replace, of which the first two that remove evidence rather than break the text decide.
  public var operators: [RemovalOperator]?
  /// How the best set is looked for.
  package var search = SetSearch.growth
  /// How much of the rule the leave-one-out map goes through.
  public var oracle = OracleDepth.needed
  /// The most passes to spend, a backward pass counted as two forward; nil means no limit.
  public var budget: Int?
  /// The time that the passes may take, in seconds; nil means no limit. How many passes that is depends
  /// on the machine, so two runs need not draw alike.
  public var budgetSeconds: Double?
  /// The share of its draws that a budget leaves to a check.
  var thinning = 1.0
  /// Whether the verdict with special tokens explained like any other is given beside it.
  public var withSpecial = false
  /// Whether everything is measured that other thresholds could ask for, decided or not: for those who
  /// judge the same measurements under many thresholds.
  package var measuresAll = false
  /// What was asked of single checks, by the names of their options.
  public var checkOptions: [String: Value] = [:]

  /// The defaults.
  public init() {}

  /// What can be set by name whatever checks run, with range and meaning.
  package static let specs: [OptionSpec] = [
    OptionSpec(
      "alpha", .number(0.0001...0.5), default: .number(Thresholds().alpha),
      "the level of every test"),
    OptionSpec(
      "epsilon", .number(0.0001...1), default: .number(Thresholds().epsilon),
      "the smallest change of the prediction that counts"),
    OptionSpec(
      "granularity", .choice(Granularity.allCases.map(\.rawValue)), default: .text("token"),
      "what is removed and redirected as a whole: tokens, words, or spans"),
    OptionSpec(
      "spans", .integers(-1...Int(Int32.max)), default: .null,
      "for granularity span: the span of each token or explained token; -1 is a unit of its own"),
    OptionSpec(
      "scale", .number(1e-12...1e12), default: .null,
      "how much of a regression's score is much; without it effects have no size"),
    OptionSpec(
      "replacements", .integer(1...1000), default: .integer(Settings().replacements),
      "draws the replace operator averages over"),
    OptionSpec(
      "fill_ins", .integers(0...Int(Int32.max)), default: .null,
      "token ids that the replace operator draws from; every ordinary token when not given"),
    OptionSpec(
      "operator", .choice(RemovalOperator.allCases.map(\.rawValue)), default: .null,
      "use this removal operator alone; the verdict then rests on it"),
    OptionSpec(
      "search", .choice(SetSearch.allCases.map(\.rawValue)),
      default: .text(SetSearch.growth.rawValue),
      "how the best set is looked for; elimination finds evidence that stands in for itself"),
    OptionSpec(
      "oracle", .choice(OracleDepth.allCases.map(\.rawValue)),
      default: .text(Settings().oracle.rawValue),
      "how much of the rule the leave-one-out map goes through: all, or what a reason needs"),
    OptionSpec(
      "budget", .integerOrTime(1...Int(Int32.max)), default: .null,
      "the most passes to spend, a backward pass counted as two, or the time for them, such as 10s; "
        + "random draws become fewer, and under a time how many depends on the machine"),
    OptionSpec(
      "with_special", .bool, default: .bool(false),
      "also give the verdict with special tokens explained like any other"),
  ]

  /// Settings by the names that Python and the command line use, of the verdict and of its checks.
  /// - Throws: `option` for a name that neither the verdict nor a check knows, and for a value out of
  ///   range.
  public init(_ given: [String: Value]) throws(AssayError) {
    let own = Set(Settings.specs.map(\.name))
    let ofChecks = Checks.optionSpecs
    _ = try Options(given, for: Settings.specs + ofChecks, subject: "verify")
    checkOptions = given.filter { !own.contains($0.key) }
    let options = try Options(
      given.filter { own.contains($0.key) }, for: Settings.specs, subject: "verify")
    thresholds.alpha = options.number("alpha")
    thresholds.epsilon = options.number("epsilon")
    granularity = Granularity(rawValue: options.text("granularity")) ?? .token
    spans = options.optionalIntegers("spans")
    scale = options.optionalNumber("scale")
    replacements = options.integer("replacements")
    fillIns = options.optionalIntegers("fill_ins")
    if case .text(let name) = options["operator"] {
      operators = RemovalOperator(rawValue: name).map { [$0] }
    }
    search = SetSearch(rawValue: options.text("search")) ?? .growth
    oracle = OracleDepth(rawValue: options.text("oracle")) ?? .needed
    if case .integer(let passes) = options["budget"] { budget = passes }
    if case .text(let time) = options["budget"] { budgetSeconds = TimeSpan(time)?.seconds }
    withSpecial = options.bool("with_special")
  }
}

/// How much of the rule the leave-one-out map goes through.
public enum OracleDepth: String, Sendable, CaseIterable {
  /// Removal, where nothing else says whether the input can be tested, and whatever the tested map's
  /// own sets already tell.
  case needed
  /// The whole rule: what data sets and comparisons hold methods against.
  case full
}

extension Settings {
  /// - Throws: `option` for token ids that the model does not know.
  func validate(for question: Question) throws(AssayError) {
    if let size = question.model.card.vocabularySize,
      let wrong = fillIns?.first(where: { $0 >= size })
    {
      throw AssayError(
        .option, "fill_ins", expected: "token ids in 0..<\(size)", found: "\(wrong)")
    }
    if let scope { try scope.validate(question) }
  }
}

extension AttentionScope {
  /// - Throws: `option` for a layer, head or query row that the model or the input does not have.
  fileprivate func validate(_ question: Question) throws(AssayError) {
    let card = question.model.card
    for (name, indices, bound) in [
      ("layers", layers, card.layers), ("heads", heads ?? [], card.heads),
      ("queries", queries ?? [], card.queryCount(question.input.count)),
    ] {
      if let wrong = indices.first(where: { $0 < 0 || $0 >= bound }) {
        throw AssayError(
          .option, "scope.\(name)", expected: "indices in 0..<\(bound)", found: "\(wrong)")
      }
      if Set(indices).count != indices.count {
        throw AssayError(
          .option, "scope.\(name)", expected: "each index once", found: "\(indices)")
      }
    }
    if layers.isEmpty || heads?.isEmpty == true || queries?.isEmpty == true {
      throw AssayError(
        .option, "scope", expected: "at least one layer, head and row", found: "none")
    }
  }
}
