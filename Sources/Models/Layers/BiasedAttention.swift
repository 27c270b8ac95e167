import Autodiff
import Tensors

/// Multi-head attention whose scores have a bias by relative position, which all blocks share, up to
/// the output projection.
package struct BiasedAttention: AttentionBranch {
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  /// Belongs to the network, which lists it once.
  private let biases: EmbeddingTable
  private let distances: RelativeDistances
  private let scale: Float

  /// `headWidth` is the width of one head: scores are divided by its square root.
  package init(
    query: LinearLayer, key: LinearLayer, value: LinearLayer, biases: EmbeddingTable,
    _ distances: RelativeDistances, headWidth: Int
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.biases = biases
    self.distances = distances
    scale = 1 / Float(headWidth).squareRoot()
  }

  package var parameters: [Parameter] { query.parameters + key.parameters + value.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    func part(_ projection: LinearLayer) throws(AssayError) -> Variable {
      try pass.spread(projection(x, pass), layer: layer)
    }
    let q = try pass.site(.block(layer, .query), part(query))
    let k = try pass.site(.block(layer, .key), part(key))
    let v = try pass.site(.block(layer, .value), part(value))
    let layout = pass.layout
    let scores = try pass.tape.apply(
      BiasedScores(layout, distances, scale: scale), [q, k, pass.parameter(biases.table)])
    let pattern = try pass.tape.apply(SoftmaxPattern(layout), [scores])
    return try pass.mixed(v, by: pattern, layout, layer: layer)
  }
}
