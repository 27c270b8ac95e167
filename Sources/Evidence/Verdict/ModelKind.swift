import Models

/// What kind of model and input a verdict is about: error rates hold for the kinds on which they were
/// measured.
package struct ModelKind: Sendable, Hashable {
  /// How tokens see each other.
  package enum Architecture: String, Sendable {
    /// Every token sees every other.
    case encoder
    /// A token sees those before it.
    case decoder
    /// A target's tokens see a source's and those before them.
    case encoderDecoder = "encoder-decoder"
    /// One learned query over the tokens.
    case attentionClassifier = "attention classifier"
    /// Nobody knows.
    case blackBox = "black box"
  }

  /// What the scores are of.
  package enum Head: String, Sendable {
    /// One of several labels.
    case classes
    /// Labels that are true by themselves.
    case multiLabel = "multi-label"
    /// A quantity.
    case regression
    /// A label of one token.
    case token
    /// A token of the vocabulary.
    case languageModel = "language model"
  }

  /// How tokens see each other.
  package let architecture: Architecture
  /// What the scores are of.
  package let head: Head
  /// Whether the input is a picture.
  package let isPicture: Bool
  /// The longest input of its class of length, in explained tokens: 32, 128, 512 or more.
  package let length: Int

  package init(_ card: ModelCard, count: Int) {
    let isCausal = card.masks.contains { mask in
      switch mask {
      case .causal, .causalWindow: true
      case .none, .window, .inner, .joint: false
      }
    }
    let isJoint = card.masks.contains { if case .joint = $0 { true } else { false } }
    architecture =
      card.readOut == .query
      ? .attentionClassifier
      : !card.capabilities.contains(.edits)
        ? .blackBox : isJoint ? .encoderDecoder : isCausal ? .decoder : .encoder
    head =
      card.labels.isEmpty
      ? .languageModel
      : card.readOut.isChosen
        ? .token
        : card.problem == .regression
          ? .regression : card.problem == .multiLabel ? .multiLabel : .classes
    isPicture = card.grid != nil
    length = [32, 128, 512].first { count <= $0 } ?? Int(Int32.max)
  }

  package init(
    _ architecture: Architecture, _ head: Head, isPicture: Bool = false, length: Int
  ) {
    (self.architecture, self.head, self.length) = (architecture, head, length)
    self.isPicture = isPicture
  }

  /// The kinds whose planted models met every target of `assay calibrate`: docs/calibration.md is the
  /// evidence and says of every kind what it came to.
  package static let measured = Set(
    [Architecture.encoder, .decoder].flatMap { architecture in
      [Head.classes, .multiLabel, .regression, .token, .languageModel].map { head in
        ModelKind(architecture, head, length: 32)
      }
    } + [ModelKind(.encoder, .classes, isPicture: true, length: 32)])

  /// Whether error rates were measured on this kind.
  package var isCalibrated: Bool { ModelKind.measured.contains(self) }

  /// The kind in words.
  package var description: String {
    let what = isPicture ? "picture " : ""
    let long = length == Int(Int32.max) ? "over 512 tokens" : "up to \(length) tokens"
    return "\(what)\(architecture.rawValue), \(head.rawValue), \(long)"
  }
}
