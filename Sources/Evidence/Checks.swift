import Attribution
import Tensors
import Values

/// Which checks a verdict runs; the primary ones always run, for without them there is no verdict.
public enum CheckSelection: Sendable, Equatable {
  /// Those that a verdict runs when nobody says which.
  case standard
  /// Every check.
  case everything
  /// Those of these names.
  case named([String])
  /// Those that the verdict rests on, and no others.
  case deciding
}

/// The registry: one line a check, in the order in which they run and are shown.
package enum Checks {
  package static let all: [any Check] = [
    GradientAgreement(),
    Removal(),
    Redirect(),
    TracingAgreement(),
    LeaveOneOutAgreement(),
    Comprehensiveness(),
    Sufficiency(),
    DecisionFlip(),
    Irrelevance(),
    Polarity(),
    Erasure(),
    Adversarial(),
    PermutedAttention(),
    UniformAttention(),
    FreeDirections(),
    Sinks(),
    ClassContrast(),
    ParameterRandomization(),
    Plausibility(),
  ]

  package typealias Selection = CheckSelection

  /// The checks of a selection; the primary ones always run, for without them there is no verdict.
  /// - Throws: `option` listing the registered names.
  package static func selected(_ selection: Selection) throws(AssayError) -> [any Check] {
    switch selection {
    case .everything: return all
    case .deciding: return all.filter { $0.info.role == .primary || $0.info.vetoes }
    case .standard: return all.filter(\.info.isDefault)
    case .named(let names):
      if let unknown = names.first(where: { name in !all.contains { $0.info.name == name } }) {
        throw AssayError(
          .option, "checks",
          expected: "\"default\", \"all\", or names from "
            + all.map(\.info.name).joined(separator: ", "), found: "\"\(unknown)\"")
      }
      return all.filter { $0.info.role == .primary || names.contains($0.info.name) }
    }
  }

  /// The options of all checks, an option that several share once.
  package static var optionSpecs: [OptionSpec] {
    all.flatMap(\.info.options).reduce(into: []) { specs, spec in
      if !specs.contains(where: { $0.name == spec.name }) { specs.append(spec) }
    }
  }
}
