import Autodiff
import Tensors

/// A block of a stack: attention and feed-forward over the stream.
package protocol StackedBlock: Sendable {
  var parameters: [Parameter] { get }
  /// How attention leaves the heads; nil where it cannot be taken apart.
  var mixing: Mixing? { get }
  /// The stream after the block.
  func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable
}

extension PostNormBlock: StackedBlock {}
extension PreNormBlock: StackedBlock {}

/// The blocks of a network and what stands behind them.
package struct Stack: Sendable {
  /// The different blocks: one a layer, or fewer, of which neighbouring layers share one.
  private let blocks: [any StackedBlock]
  private let layers: Int
  /// The norm that ends the stream; post-norm blocks end in one of their own.
  private let norm: (any Normalization)?
  /// What stands between the read-out row and the head.
  private let pooler: LinearLayer?
  private let head: Head?

  /// - Parameter layers: how many layers the blocks serve; nil means one each.
  package init(
    _ blocks: [any StackedBlock], layers: Int? = nil, norm: (any Normalization)? = nil,
    pooler: LinearLayer? = nil, _ head: Head?
  ) {
    self.blocks = blocks
    self.layers = layers ?? blocks.count
    self.norm = norm
    self.pooler = pooler
    self.head = head
  }

  /// Every weight from the first block on; a word table that the head shares belongs to the
  /// embeddings.
  package func parameters(besides words: EmbeddingTable? = nil) -> [Parameter] {
    let behind = (norm?.parameters ?? []) + (pooler?.parameters ?? [])
    let scores = words.map { head?.parameters(besides: $0) } ?? head?.parameters
    return blocks.flatMap(\.parameters) + behind + (scores ?? [])
  }

  fileprivate func block(_ layer: Int) -> any StackedBlock {
    blocks[layer * blocks.count / layers]
  }

  fileprivate func final(
    _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    guard let norm else { return hidden }
    return try norm(hidden, pass)
  }

  fileprivate func readOut(
    _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try pass.scores(hidden, pooler: pooler, head)
  }
}

/// A network whose blocks, norm and head are a stack: a family adds its embeddings and its names.
package protocol StackedNetwork: BlockNetwork {
  var stack: Stack { get }
}

extension StackedNetwork {
  package var places: [Site.Place] { Site.Place.allCases }

  package func block(
    _ index: Int, _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let block = stack.block(index)
    return try block(hidden, layer: index, pass)
  }

  package func mixing(_ layer: Int) -> Mixing? { stack.block(layer).mixing }

  package func final(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    try stack.final(hidden, pass)
  }

  package func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    try stack.readOut(hidden, pass)
  }
}
