import Autodiff
import Tensors

/// Queries, keys and values from one matrix, before they are split.
package struct FusedProjection: Sendable {
  /// How the columns of the product lie.
  package enum Order: Sendable {
    /// All queries, then all keys, then all values.
    case wholes
    /// Head by head, each with its query, key and value.
    case heads
  }

  private let projection: LinearLayer
  private let heads: Int
  private let headWidth: Int
  private let order: Order

  package init(_ projection: LinearLayer, heads: Int, headWidth: Int, order: Order) {
    self.projection = projection
    self.heads = heads
    self.headWidth = headWidth
    self.order = order
  }

  package var parameters: [Parameter] { projection.parameters }

  /// Queries, keys and values through their sites, each `[token, heads · head width]`.
  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> (query: Variable, key: Variable, value: Variable) {
    let all = try projection(x, pass)
    func part(_ index: Int, _ place: Site.Place) throws(AssayError) -> Variable {
      let blocks =
        switch order {
        case .wholes:
          ColumnBlocks(start: index * heads * headWidth, width: heads * headWidth)
        case .heads:
          ColumnBlocks(
            start: index * headWidth, width: headWidth, stride: 3 * headWidth, count: heads)
        }
      return try pass.site(.block(layer, place), pass.tape.apply(Columns(blocks), [all]))
    }
    return (try part(0, .query), try part(1, .key), try part(2, .value))
  }
}
