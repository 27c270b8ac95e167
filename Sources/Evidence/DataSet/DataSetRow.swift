import Attribution
import Models
import Tensors
import Values

/// One example of a data set, as it is examined.
package struct DataSetRow: Sendable {
  package let input: Input
  /// The seed of everything stochastic of this row: it depends on no other row.
  package let seed: UInt64
  /// The right label; nil where nobody said.
  package let label: Int?
  /// What a person marked, one mark a position; nil where nobody was asked.
  package let rationale: [Bool]?
  /// Scores from elsewhere; nil where the method of the examination is tested.
  package let scores: [Double]?

  package init(
    _ input: Input, seed: UInt64, label: Int? = nil, rationale: [Bool]? = nil,
    scores: [Double]? = nil
  ) {
    self.input = input
    self.seed = seed
    self.label = label
    self.rationale = rationale
    self.scores = scores
  }
}

/// What is asked of every row of a data set.
package struct RowQuestions: Sendable {
  /// The tested method and its options; rows that bring scores are tested on those.
  package var method: String
  package var options: [String: Value] = [:]
  package var target: Target?
  package var checks = Checks.Selection.standard
  package var settings: Settings
  /// The maps of the agreement matrix, the tested one first. Those that the checks compare with are
  /// taken from them, every other one is made with its defaults.
  package var methods: [String]
  /// Further methods, each judged on every text by the checks that decide, on the same evidence.
  package var versus: [String] = []
  /// How many random sets of K's size are removed beside K.
  package var randomSets = 10

  package init(method: String, methods: [String]) {
    self.method = method
    self.methods = methods
    settings = Settings()
    settings.oracle = .full
  }

  /// What a model is asked when nobody says more: the tested method beside attention, its rollout where
  /// there is one, and the references of the checks.
  ///
  /// - Parameters:
  ///   - method: the tested one; `external` for rows that bring scores.
  ///   - compared: the methods beside the references; those of the model when nil.
  package init(_ method: String, of card: ModelCard, comparedWith compared: [String]? = nil) {
    let standard = Methods.standard(for: card)
    let usual = ["attention", "attention_rollout"].filter { $0 == "attention" || $0 == standard }
    let all = [method] + (compared ?? usual) + Self.references
    self.init(
      method: method,
      methods: all.enumerated().filter { all.firstIndex(of: $1) == $0 }.map(\.element))
  }

  /// Finds out before the first row what no row could answer.
  /// - Throws: `option` for a method, an option or a check that does not exist; `unsupported` where
  ///   the model lacks what the tested method needs.
  func validate(for model: Model) throws(AssayError) {
    _ = try Checks.selected(checks)
    for name in [method] + versus + methods where name != RowQuestions.external {
      let info = try Methods.named(name).info
      guard name == method || versus.contains(name) else { continue }
      if name == method { _ = try Options(options, for: info.options, subject: name) }
      try model.require(info.needs, for: "method \(name)")
    }
    try target?.validate(labels: model.card.scoreCount)
  }

  /// The name of a map that came from elsewhere.
  package static let external = "external"
  /// What every map of a data set stands beside: the maps that the checks make where the model allows,
  /// and that are missing where it does not.
  package static let references = Persistence.references + [leaveOneOut]
  static let fromChecks = Set(references)
  /// What removing each token by the first operator does.
  static let leaveOneOut = "leave_one_out"
}
