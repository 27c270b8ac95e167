import Models
import Tensors
import Values

extension OptionSpec {
  /// How a perturbation method removes tokens; `fallback` nil means chosen by the tokenizer.
  static func removal(default fallback: RemovalOperator?) -> [OptionSpec] {
    [
      OptionSpec(
        "operator", .choice(RemovalOperator.allCases.map(\.rawValue)),
        default: fallback.map { .text($0.rawValue) } ?? .null,
        fallback == nil
          ? "how a token is removed; mask where there is a mask token or a picture, else zero"
          : "how a token is removed"),
      OptionSpec(
        "draws", .integer(1...1000), default: .integer(4),
        "replacements averaged over by operator=\"replace\""),
      OptionSpec(
        "fill_ins", .integers(0...Int(Int32.max)), default: .null,
        "token ids that replacements are drawn from; every ordinary token by default"),
    ]
  }

  /// What of the head a perturbation method watches.
  static let watched = OptionSpec(
    "output", .choice(Output.allCases.map(\.rawValue)), default: .text("probability"),
    "what is watched: the logit, its probability, or the logarithm of that")

  /// Whether tokens or whole words are removed.
  static let granularity = OptionSpec(
    "granularity", .choice(["token", "word"]), default: .text("token"),
    "what is removed together; the tokens of a word share its score in equal parts")
}

extension Question {
  /// The operator an option names, or the one the tokenizer allows.
  func removalOperator(_ options: Options) -> RemovalOperator {
    if case .text(let name) = options["operator"], let how = RemovalOperator(rawValue: name) {
      return how
    }
    return RemovalOperator.usable([.mask, .zero], model, input) ?? .delete
  }

  /// The token ids that replacements are drawn from; nil means every ordinary token.
  /// - Throws: `option` for an id that the model does not know.
  func fillers(_ options: Options, subject: String) throws(AssayError) -> [Int]? {
    guard let ids = options.optionalIntegers("fill_ins") else { return nil }
    if let size = model.card.vocabularySize, let wrong = ids.first(where: { $0 >= size }) {
      throw AssayError(
        .option, "\(subject): fill_ins", expected: "ids in 0..<\(size)", found: "\(wrong)")
    }
    return ids
  }
}
