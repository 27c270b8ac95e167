import Tensors

/// Blocks of columns that stand at equal distances, side by side.
///
/// Fused projections hold queries, keys and values in one matrix, either one after the other
/// (`count` 1) or head by head.
package struct Columns: Operation {
  package let name = "columns"
  package let blocks: ColumnBlocks
  package init(_ blocks: ColumnBlocks) { self.blocks = blocks }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].columns(blocks))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass the blocks were copied out, so now they are copied back among zeros.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.spreadingColumns(blocks, over: record.shapes[0][1])]
  }
}

/// Every head repeated for the query heads that share it: grouped-query attention (Ainslie et al.
/// 2023).
///
/// Input `[rows, heads · width]`, output `[rows, heads · repeats · width]`, the copies of one head
/// side by side.
package struct RepeatHeads: Operation {
  package let name = "repeat_heads"
  package let width: Int
  package let repeats: Int

  /// `width` is the width of one head.
  package init(width: Int, repeats: Int) {
    self.width = width
    self.repeats = repeats
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].repeatingColumns(width: width, repeats: repeats))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass a head was copied `repeats` times, so now its copies' cotangents are added.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.summingColumns(width: width, repeats: repeats)]
  }
}
