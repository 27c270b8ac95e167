import Evidence
import Models
import Tensors
import Values

/// What an audit asks of every row.
public struct AuditPlan: Sendable {
  /// The tested method; the model's standard one when nil. Rows that bring scores are tested on those.
  public var method: String?
  /// The method's options.
  public var options: [String: Value] = [:]
  /// What is explained; the predicted label of each row when nil.
  public var target: Target?
  /// Which checks run.
  public var checks = CheckSelection.standard
  /// How evidence is gathered. The oracle goes through the whole rule unless this says otherwise: it is
  /// what methods are held against.
  public var settings: Settings
  /// Methods that are judged on every text as well, on the same evidence.
  public var versus: [String] = []
  /// Methods for the agreement matrix beside the references of the checks; attention, and its rollout
  /// where the model has it, when nil.
  public var compared: [String]?
  /// How many random sets of the highlighted set's size are removed beside it.
  public var randomSets = 10
  /// Whether texts that are too long are cut rather than reported.
  public var truncates = false

  /// The usual questions about a method.
  public init(method: String? = nil) {
    self.method = method
    settings = Settings()
    settings.oracle = .full
  }

  /// The questions as the engine takes them.
  /// - Parameter isExternal: whether the rows bring scores.
  func questions(for model: Model, isExternal: Bool) -> RowQuestions {
    let tested =
      isExternal ? RowQuestions.external : method ?? Methods.standard(for: model)
    var questions = RowQuestions(tested, of: model.card, comparedWith: compared)
    questions.options = options
    questions.target = target
    questions.checks = checks
    questions.settings = settings
    questions.versus = versus.filter { $0 != tested }
    questions.randomSets = randomSets
    return questions
  }
}
