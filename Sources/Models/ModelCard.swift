import Tensors

/// What is known of a model without running it.
public struct ModelCard: Sendable {
  /// The registered family name, such as `bert`.
  public let family: String
  /// One name a head score; empty without a head and for heads that score the vocabulary.
  public let labels: [String]
  /// How many scores the head gives: the labels, or the ids of the vocabulary; 0 without a head.
  public let scoreCount: Int
  /// How scores become probabilities.
  public let problem: ProblemType
  /// The number of blocks.
  public let layers: Int
  /// Attention heads a block.
  public let heads: Int
  /// The width of the residual stream.
  public let width: Int
  /// The width of the word embeddings, before they are mapped to the stream where they are narrower.
  public let embeddingWidth: Int
  /// The longest sequence; nil when there is no limit.
  public let maximumLength: Int?
  /// The number of token ids; nil for inputs that are not tokens.
  public let vocabularySize: Int?
  /// The number of segment ids; 0 when the family has none, and then those of an input are ignored.
  public let typeCount: Int
  /// How pictures are cut; nil for inputs that are texts.
  public let grid: PatchGrid?
  /// What the network can do.
  public let capabilities: Capabilities
  /// Which keys a query may see, one entry a layer.
  package let masks: [AttentionMask]
  /// The position whose state the head reads.
  package let readOut: ReadOut

  /// The rows of attention over an input of `length` positions: all of them ask, or there is one
  /// query.
  package func queryCount(_ length: Int) -> Int { readOut == .query ? 1 : length }

  /// A network that is computed here.
  ///
  /// - Parameters:
  ///   - scoreCount: how many scores there are; nil means one a label.
  ///   - embeddingWidth: nil means the width of the residual stream.
  ///   - masks: the mask of every layer; nil means `mask` in all of them.
  ///   - isTakenApart: whether square attention is a sum of one vector a token and head.
  package init(
    family: String, labels: [String], scoreCount: Int? = nil, problem: ProblemType, layers: Int,
    heads: Int, width: Int, embeddingWidth: Int? = nil, maximumLength: Int?, vocabularySize: Int?,
    typeCount: Int, grid: PatchGrid? = nil, capabilities: Capabilities, mask: AttentionMask,
    masks: [AttentionMask]? = nil, readOut: ReadOut, isTakenApart: Bool = true
  ) {
    self.family = family
    self.labels = labels
    self.scoreCount = scoreCount ?? labels.count
    self.embeddingWidth = embeddingWidth ?? width
    self.problem = problem
    self.layers = layers
    self.heads = heads
    self.width = width
    self.maximumLength = maximumLength
    self.vocabularySize = vocabularySize
    self.typeCount = typeCount
    self.grid = grid
    // Square attention is that of tokens over tokens, which is taken apart unless a norm follows it.
    self.capabilities = capabilities.union(.computed)
      .union(capabilities.contains(.squarePattern) && isTakenApart ? .mixing : [])
    self.masks = masks ?? Array(repeating: mask, count: layers)
    self.readOut = readOut
  }

  /// A model that is computed elsewhere.
  /// - Parameters:
  ///   - all: everything that can be had of it.
  ///   - masks: the mask of every layer; nil means none.
  package init(
    outside family: String, labels: [String], scoreCount: Int? = nil, problem: ProblemType,
    layers: Int, heads: Int, width: Int, embeddingWidth: Int? = nil, maximumLength: Int? = nil,
    vocabularySize: Int?, typeCount: Int = 0, all: Capabilities, masks: [AttentionMask]? = nil,
    readOut: ReadOut
  ) {
    self.family = family
    self.labels = labels
    self.scoreCount = scoreCount ?? labels.count
    self.embeddingWidth = embeddingWidth ?? width
    self.problem = problem
    self.layers = layers
    self.heads = heads
    self.width = width
    self.maximumLength = maximumLength
    self.vocabularySize = vocabularySize
    self.typeCount = typeCount
    grid = nil
    capabilities = all
    self.masks = masks ?? Array(repeating: .none, count: layers)
    self.readOut = readOut
  }
}
