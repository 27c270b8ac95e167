import Attribution
import Evidence
import Models
import Values

/// The registered explanation methods.
public enum Methods {
  /// Every method with its options, in the order in which they are listed.
  public static var all: [MethodInfo] { Attribution.Methods.all.map(\.info) }

  /// The name of the method where none is asked for: `attention_rollout`, or `attention` in a model
  /// whose attention is one learned query's and cannot be traced.
  public static func standard(for model: Model) -> String {
    Attribution.Methods.standard(for: model.card)
  }
}

/// The registered checks of a verdict.
public enum Checks {
  /// Every check with its options, in the order in which they run.
  public static var all: [CheckInfo] { Evidence.Checks.all.map(\.info) }

  /// What can be set of a verdict whatever checks run; `Settings` takes these names.
  public static var options: [OptionSpec] { Settings.specs }
}

/// The registered families of models.
public enum Families {
  /// What is said of a family.
  public struct Info: Sendable, Equatable {
    /// The `model_type` of config.json.
    public let name: String
    /// What sets the family apart, in one sentence.
    public let summary: String
    /// The paper or report that introduced it.
    public let source: String
  }

  /// Every family.
  public static var all: [Info] {
    Models.Families.all.map { Info(name: $0.name, summary: $0.summary, source: $0.source) }
  }
}
