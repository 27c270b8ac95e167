import Autodiff
import Tensors

/// A table of vectors looked up by index.
package struct EmbeddingTable: Sendable {
  /// The table itself, which heads that score the vocabulary share.
  package let table: Parameter

  /// The table stored at `cursor` as `weight [count, width]`.
  package init(_ cursor: WeightsCursor, count: Int, width: Int) throws(AssayError) {
    table = try cursor.parameter("weight", shape: [count, width])
  }

  package var parameters: [Parameter] { [table] }

  /// The rows of the table, `[indices, width]`.
  /// - Precondition: rows that stand in for the table contain every index.
  package func callAsFunction(
    _ indices: [Int], _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    if let table = pass.request.tables[table.name] {
      return try pass.tape.apply(Gather(indices.compactMap { table.places[$0] }), [table.rows])
    }
    return try pass.tape.apply(Gather(indices), [pass.parameter(table)])
  }
}
