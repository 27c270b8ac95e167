import Autodiff
import Tensors

/// Attention whose scores add content to relative position (He et al. 2021), up to the output
/// projection.
package struct DisentangledAttention: AttentionBranch {
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  private let positions: RelativePositions
  /// The projections of the position table; those of the content where they are shared.
  private let positionKey: LinearLayer?
  private let positionQuery: LinearLayer?
  private let sharesProjections: Bool
  private let scale: Float

  /// The attention stored at `cursor`.
  init(
    _ cursor: WeightsCursor, width: Int, heads: Int, _ positions: RelativePositions,
    sharesProjections: Bool
  ) throws(AssayError) {
    func projection(_ name: String) throws(AssayError) -> LinearLayer {
      try LinearLayer(cursor[name], inputs: width, outputs: width)
    }
    query = try projection("query_proj")
    key = try projection("key_proj")
    value = try projection("value_proj")
    let terms = positions.terms
    let hasKey = terms.contains(.contentToPosition)
    let hasQuery = terms.contains(.positionToContent)
    positionKey = hasKey ? sharesProjections ? key : try projection("pos_key_proj") : nil
    positionQuery = hasQuery ? sharesProjections ? query : try projection("pos_query_proj") : nil
    self.positions = positions
    self.sharesProjections = sharesProjections
    let summands = 1 + (hasKey ? 1 : 0) + (hasQuery ? 1 : 0)
    scale = 1 / Float(width / heads * summands).squareRoot()
  }

  package var parameters: [Parameter] {
    let own = query.parameters + key.parameters + value.parameters
    if sharesProjections { return own }
    return own + (positionKey?.parameters ?? []) + (positionQuery?.parameters ?? [])
  }

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
    var inputs = [q, k]
    let table = try positions.table(pass)
    for projection in [positionKey, positionQuery] {
      guard let projection else { continue }
      inputs.append(try repeated(projection(table, pass), pass))
    }
    let scores = try pass.tape.apply(
      DisentangledScores(layout, positions.distances, scale: scale, terms: positions.terms),
      inputs)
    let pattern = try pass.tape.apply(SoftmaxPattern(layout), [scores])
    return try pass.mixed(v, by: pattern, layout, layer: layer)
  }

  /// The table once for every sequence.
  private func repeated(_ table: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    let rows = Array(0..<positions.distances.rows)
    return try pass.tape.apply(
      Gather((0..<pass.batch.layout.count).flatMap { _ in rows }), [table])
  }
}

/// The table of relative positions that all blocks share.
struct RelativePositions: Sendable {
  let distances: RelativeDistances
  let terms: DisentangledScores.Terms
  private let embeddings: EmbeddingTable
  private let norm: NormLayer?

  init(
    _ embeddings: EmbeddingTable, _ norm: NormLayer?, _ distances: RelativeDistances,
    terms: DisentangledScores.Terms
  ) {
    self.embeddings = embeddings
    self.norm = norm
    self.distances = distances
    self.terms = terms
  }

  var parameters: [Parameter] { embeddings.parameters + (norm?.parameters ?? []) }

  /// The rows of the table, `[distances, width]`.
  func table(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let rows = pass.parameter(embeddings.table)
    guard let norm else { return rows }
    return try norm(rows, pass)
  }
}
