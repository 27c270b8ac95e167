import Tensors

extension ModelCard {
  /// The card of a transformer over tokens with the given head.
  ///
  /// - Parameters:
  ///   - bare: the position whose state stands for the sequence when there is no head.
  ///   - isTakenApart: whether attention is a sum of one vector a token and head.
  ///   - masks: the mask of every layer; nil means `mask` in all of them.
  init(
    _ family: String, layers: Int, heads: Int, width: Int, embeddingWidth: Int? = nil,
    maximumLength: Int?, vocabulary: Int, types: Int = 0, mask: AttentionMask = .none,
    masks: [AttentionMask]? = nil, _ head: Head?, bare: ReadOut, isTakenApart: Bool = true
  ) {
    let common: Capabilities = [.squarePattern, .residualStream, .tokens]
    self.init(
      family: family, labels: head?.labels ?? [], scoreCount: head?.scoreCount ?? 0,
      problem: head?.problem ?? .singleLabel, layers: layers, heads: heads, width: width,
      embeddingWidth: embeddingWidth, maximumLength: maximumLength, vocabularySize: vocabulary,
      typeCount: types, capabilities: head == nil ? common : common.union(.classifier), mask: mask,
      masks: masks, readOut: head?.readOut ?? bare, isTakenApart: isTakenApart)
  }
}
