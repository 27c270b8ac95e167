import Kernels

extension Tensor {
  /// The cotangents of queries, keys and values under `cotangent` of what `attended` returns; self
  /// are the queries.
  ///
  /// Head by head: the pattern is computed again, and it and its cotangent stay in the cache of the
  /// core that works on the head. The arithmetic is that of the steps one by one
  /// (`attentionPattern`, `headProducts`, `softmaxPullback`, `mixed`, `transposedMixed`).
  package func attentionPullback(
    keys: Tensor, values: Tensor, cotangent: Tensor, _ layout: PatternLayout, scale: Float,
    _ mask: AttentionMask, _ execution: Execution
  ) -> (queries: Tensor, keys: Tensor, values: Tensor) {
    let stride = shape[1]
    let width = stride / layout.heads
    let (dq, dk) = (Tensor.uninitialized(shape), Tensor.uninitialized(keys.shape))
    let dv = Tensor.uninitialized(values.shape)
    nonisolated(unsafe) let (q, k, v) = (unsafePointer, keys.unsafePointer, values.unsafePointer)
    nonisolated(unsafe) let dy = cotangent.unsafePointer
    nonisolated(unsafe) let (forQueries, forKeys) = (
      dq.unsafeMutablePointer, dk.unsafeMutablePointer
    )
    nonisolated(unsafe) let forValues = dv.unsafeMutablePointer
    withExtendedLifetime((self, keys, values, cotangent)) {
      layout.forEachHead(width: width, products: 5, execution) { head in
        let count = head.queries * head.keys
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) {
          guard let p = $0.baseAddress else { return }
          let ds = p + count
          headPattern(head, q, k, width: width, stride: stride, scale: scale, mask, into: p)
          func rows(_ base: UnsafePointer<Float>, _ row: Int, _ count: Int) -> Matrix {
            head.slice(base, row: row, rows: count, width: width, stride: stride)
          }
          func square(_ base: UnsafePointer<Float>) -> Matrix {
            Matrix(
              base: base, rows: head.queries, columns: head.keys, rowStride: head.keys,
              columnStride: 1)
          }
          let part = rows(dy, head.queryRow, head.queries)
          let (atQuery, atKey) = (
            head.queryRow * stride + head.column, head.keyRow * stride + head.column
          )
          multiplySerial(
            square(p).transposed, part, into: forValues + atKey, rowStride: stride)
          multiplySerial(
            part, rows(v, head.keyRow, head.keys).transposed, into: ds, rowStride: head.keys)
          softmaxBackwardRows(p, ds, into: ds, rows: head.queries, columns: head.keys, scale: 1)
          multiplySerial(
            square(ds), rows(k, head.keyRow, head.keys), into: forQueries + atQuery,
            rowStride: stride, scale: scale)
          multiplySerial(
            square(ds).transposed, rows(q, head.queryRow, head.queries), into: forKeys + atKey,
            rowStride: stride, scale: scale)
        }
      }
    }
    return (dq, dk, dv)
  }
}
