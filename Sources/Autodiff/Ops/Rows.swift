import Tensors

/// The rows `indices` of a table: y[i] = table[indices[i]].
///
/// Token and position embeddings, the read-out row, a sub-batch.
package struct Gather: Operation {
  package let name = "gather"
  package let indices: [Int]
  package init(_ indices: [Int]) { self.indices = indices }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].gatheringRows(indices))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass row indices[i] was copied to row i, so now row i is added back to it.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.scatteringRows(indices, into: record.shapes[0])]
  }
}

/// Some rows replaced by constants: y[rows[i]] = values[i], the other rows unchanged.
package struct ReplaceRows: Operation {
  package let name = "replace_rows"
  package let rows: [Int]
  package let values: Tensor

  /// - Precondition: `values` has one row for each entry of `rows`.
  package init(_ rows: [Int], with values: Tensor) {
    precondition(values.shape[0] == rows.count, "one value row for each replaced row")
    self.rows = rows
    self.values = values
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].replacingRows(rows, with: values))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // Replaced rows do not depend on the input, so their cotangent stops here.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.replacingRows(rows, with: .zeros(values.shape))]
  }
}

/// The mean of every sequence's rows, `[sequences, width]`.
package struct MeanRows: Operation {
  package let name = "mean_rows"
  package let layout: Ragged
  package init(_ layout: Ragged) { self.layout = layout }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(
      .concatenated(
        (0..<layout.count).map { sequence in
          inputs[0].slices(layout.rows(sequence)).columnSums(execution)
            .scaled(by: 1 / Float(layout.length(sequence)), execution)
            .reshaped([1, inputs[0].shape[1]])
        }))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass y = Σ_rows x / rows, so now every row receives dy / rows.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let parts = (0..<layout.count).map { sequence in
      cotangent.slices(sequence..<sequence + 1)
        .scaled(by: 1 / Float(layout.length(sequence)), execution)
        .gatheringRows(Array(repeating: 0, count: layout.length(sequence)))
    }
    return [.concatenated(parts)]
  }
}

/// Several matrices below each other.
package struct StackRows: Operation {
  package let name = "stack_rows"
  package init() {}

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(.concatenated(inputs))
  }

  // Every input's rows stand in the output as they are, so their cotangents are cut out of it.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    var start = 0
    return record.inputs.map { input in
      defer { start += input.shape[0] }
      return cotangent.slices(start..<start + input.shape[0])
    }
  }
}
