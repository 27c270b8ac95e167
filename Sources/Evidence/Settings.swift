import Attribution
import Models
import Tensors
import Values

/// The numbers the verdict rule rests on, written in this one place.
///
/// `assay calibrate --report` chooses them anew on planted models that nothing else is judged on, and
/// docs/calibration.md holds the evidence: what the choice comes to on families and on a generator
/// that were left out, and what other values in their place would. The choice differs from these
/// values in `flat` alone. What each says of its neighbours is what evaluation models showed.
public struct Thresholds: Sendable, Equatable {
  /// The level of every test.
  public var alpha = 0.05
  /// The smallest change of the prediction that counts, as total variation distance. 0.01 to 0.07
  /// come to the same; above, true explanations are missed.
  public var epsilon = 0.05
  /// Agreement from here on supports. 0.2 to 0.5 come to the same, and this is the most demanding
  /// of them; above, true explanations are missed.
  public var supported = 0.5
  /// Agreement below this contradicts. 0.025 to 0.2 come to the same.
  public var contradicted = 0.1
  /// A map closer than this to uniform, as total variation distance, is flat. 0.05 to 0.2 come to
  /// the same on all evaluation models; one calibration model speaks for 0.15.
  public var flat = 0.1
  /// Explained mass below this leaves nothing to judge: the rest sits on sinks.
  public var explainedMass = 0.1
  /// Whether the values are others than those whose error rates were measured.
  public var provisional: Bool { self != Thresholds() }

  /// The chosen values.
  public init() {}
}

/// How evidence is gathered.
public struct Settings: Sendable {
  /// The decision thresholds.
  public var thresholds = Thresholds()
  /// Draws of a null that needs no forward pass.
  public var permutations = 999
  /// Random rankings, each of which needs forward passes.
  public var rankings = 199
  /// Swaps of the highlighted set, at most.
  public var swaps = 100
  /// Random permutations of the attention.
  public var shuffles = 100
  /// Replacements the replace operator averages over.
  public var replacements = 4
  /// Token ids that the replace operator draws from; nil means every ordinary token.
  public var fillIns: [Int]?
  /// Which tokens a person gave as the reason: one mark an explained token, or one a token.
  public var rationale: [Bool]?
  /// The most passes to spend, a backward pass counted as two forward; nil means no limit.
  public var budget: Int?
  /// Whether the verdict with special tokens explained like any other is given beside it.
  public var withSpecial = false
  /// How the search for other attention goes about it.
  public var adversary = SearchPlan.redirects
  /// The removal operators; nil means delete, mask (mean embedding without a mask token), replace.
  public var operators: [RemovalOperator]?

  /// The defaults.
  public init() {}

  /// What can be set by name, with range and meaning.
  package static let specs: [OptionSpec] = [
    OptionSpec("alpha", .number(0.0001...0.5), default: .number(0.05), "the level of every test"),
    OptionSpec(
      "epsilon", .number(0.0001...1), default: .number(0.05),
      "the smallest change of the prediction that counts (TVD)"),
    OptionSpec(
      "permutations", .integer(199...100_000), default: .integer(999),
      "draws of a null that needs no forward pass"),
    OptionSpec(
      "rankings", .integer(19...10_000), default: .integer(199),
      "random rankings for comprehensiveness and sufficiency"),
    OptionSpec("swaps", .integer(1...10_000), default: .integer(100), "swaps of the top set"),
    OptionSpec(
      "shuffles", .integer(1...10_000), default: .integer(100), "permutations of the attention"),
    OptionSpec(
      "replacements", .integer(1...1000), default: .integer(4),
      "draws the replace operator averages over"),
    OptionSpec(
      "fill_ins", .integers(0...Int(Int32.max)), default: .null,
      "token ids that the replace operator draws from; every ordinary token when not given"),
    OptionSpec(
      "rationale", .integers(0...1), default: .null,
      "a person's reasons: 1 for a token that is one, for each explained token or each token"),
    OptionSpec(
      "budget", .integer(1...Int(Int32.max)), default: .null,
      "the most passes to spend, a backward pass counted as two; random draws become fewer"),
    OptionSpec(
      "with_special", .bool, default: .bool(false),
      "also give the verdict with special tokens explained like any other"),
    OptionSpec(
      "adversary", .choice(SearchPlan.allCases.map(\.rawValue)),
      default: .text(SearchPlan.redirects.rawValue),
      "where the adversarial search starts; published is Jain & Wallace's protocol"),
    OptionSpec(
      "operator", .choice(RemovalOperator.allCases.map(\.rawValue)), default: .null,
      "use this removal operator alone; the verdict then rests on it"),
  ]

  /// - Throws: `option` for an unknown name or a value out of range.
  package init(_ given: [String: Value]) throws(AssayError) {
    let options = try Options(given, for: Settings.specs, subject: "verify")
    thresholds.alpha = options.number("alpha")
    thresholds.epsilon = options.number("epsilon")
    permutations = options.integer("permutations")
    rankings = options.integer("rankings")
    swaps = options.integer("swaps")
    shuffles = options.integer("shuffles")
    replacements = options.integer("replacements")
    fillIns = options.optionalIntegers("fill_ins")
    rationale = options.optionalIntegers("rationale")?.map { $0 == 1 }
    if case .integer(let passes) = options["budget"] { budget = passes }
    withSpecial = options.bool("with_special")
    if case .text(let name) = options["adversary"] {
      adversary = SearchPlan(rawValue: name) ?? .redirects
    }
    if case .text(let name) = options["operator"] {
      operators = RemovalOperator(rawValue: name).map { [$0] }
    }
  }
}

extension Settings {
  /// - Throws: `option` for token ids that the model does not know, `shape` for a rationale of
  ///   another length.
  func validate(for question: Question) throws(AssayError) {
    if let size = question.model.card.vocabularySize,
      let wrong = fillIns?.first(where: { $0 >= size })
    {
      throw AssayError(
        .option, "fill_ins", expected: "token ids in 0..<\(size)", found: "\(wrong)")
    }
    let lengths = [question.positions.count, question.input.count]
    if let rationale, !lengths.contains(rationale.count) {
      throw AssayError(
        .shape, "rationale",
        expected: "\(lengths[0]) marks (explained tokens) or \(lengths[1]) (all tokens)",
        found: "\(rationale.count)")
    }
  }
}
