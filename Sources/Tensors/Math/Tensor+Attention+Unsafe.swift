import Kernels

/// One head of one sequence: where its queries, keys and pattern lie.
struct AttentionHead {
  let queries: Int
  let keys: Int
  let queryRow: Int
  let keyRow: Int
  let patternStart: Int
  /// The head's first column in a `[rows, heads · width]` matrix.
  let column: Int

  init(_ layout: PatternLayout, _ index: Int, width: Int) {
    let (sequence, head) = (index / layout.heads, index % layout.heads)
    queries = layout.queries.length(sequence)
    keys = layout.keys.length(sequence)
    queryRow = layout.queries.offsets[sequence]
    keyRow = layout.keys.offsets[sequence]
    patternStart = layout.start(sequence, head: head)
    column = head * width
  }

  /// The head's slice of a `[rows, heads · width]` matrix.
  func slice(
    _ base: UnsafePointer<Float>, row: Int, rows: Int, width: Int, stride: Int
  ) -> Matrix {
    Matrix(
      base: base + row * stride + column, rows: rows, columns: width, rowStride: stride,
      columnStride: 1)
  }

  func pattern(_ base: UnsafePointer<Float>) -> Matrix {
    Matrix(
      base: base + patternStart, rows: queries, columns: keys, rowStride: keys, columnStride: 1)
  }
}

extension PatternLayout {
  /// Calls `body` for every head of every sequence, in parallel; each call makes `products` products
  /// of a pattern's size and the head's `width`.
  func forEachHead(
    width: Int, products: Int = 1, _ execution: Execution, _ body: (AttentionHead) -> Void
  ) {
    let heads = queries.count * self.heads
    guard heads > 0 else { return }
    WorkCounters.count(products: heads * products, multiplyAdds: total * width * products)
    let work = Double(total) / Double(heads) * Double(width * max(products, 1))
    execution.parallel.forEach(heads, nanosecondsEach: work / 16 + 100) {
      body(AttentionHead(self, $0, width: width))
    }
  }
}

/// softmax(scale · q kᵀ + mask) of one head into `out`; masked entries become zero.
func headPattern(
  _ head: AttentionHead, _ q: UnsafePointer<Float>, _ k: UnsafePointer<Float>, width: Int,
  stride: Int, scale: Float, _ mask: AttentionMask, into out: UnsafeMutablePointer<Float>
) {
  multiplySerial(
    head.slice(q, row: head.queryRow, rows: head.queries, width: width, stride: stride),
    head.slice(k, row: head.keyRow, rows: head.keys, width: width, stride: stride).transposed,
    into: out, rowStride: head.keys, scale: scale, accumulate: false)
  guard mask != .none else { return softmaxRows(out, rows: head.queries, columns: head.keys) }
  for query in 0..<head.queries {
    let row = out + query * head.keys
    let visible = mask.visible(query: query, queries: head.queries, keys: head.keys)
    softmaxRows(row + visible.lowerBound, rows: 1, columns: visible.count)
    (row).update(repeating: 0, count: visible.lowerBound)
    (row + visible.upperBound).update(repeating: 0, count: head.keys - visible.upperBound)
  }
}

extension Tensor {
  /// The attention pattern of queries (self) against `keys`, flat, laid out by `layout`.
  package func attentionPattern(
    keys: Tensor, _ layout: PatternLayout, scale: Float, _ mask: AttentionMask,
    _ execution: Execution
  ) -> Tensor {
    let stride = shape[1]
    let width = stride / layout.heads
    return Tensor(shape: [layout.total]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, q, k) = (out, unsafePointer, keys.unsafePointer)
      withExtendedLifetime((self, keys)) {
        layout.forEachHead(width: width, execution) { head in
          headPattern(
            head, q, k, width: width, stride: stride, scale: scale, mask,
            into: base + head.patternStart)
        }
      }
    }
  }

  /// Pattern and mix without keeping the pattern: self are the queries.
  package func attended(
    keys: Tensor, values: Tensor, _ layout: PatternLayout, scale: Float, _ mask: AttentionMask,
    _ execution: Execution
  ) -> Tensor {
    let stride = shape[1]
    let width = stride / layout.heads
    return Tensor(shape: [layout.queries.total, stride]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let base = out
      nonisolated(unsafe) let (q, k, v) = (unsafePointer, keys.unsafePointer, values.unsafePointer)
      withExtendedLifetime((self, keys, values)) {
        layout.forEachHead(width: width, products: 2, execution) { head in
          withUnsafeTemporaryAllocation(of: Float.self, capacity: head.queries * head.keys) {
            guard let scores = $0.baseAddress else { return }
            headPattern(
              head, q, k, width: width, stride: stride, scale: scale, mask, into: scores)
            multiplySerial(
              Matrix(
                base: scores, rows: head.queries, columns: head.keys, rowStride: head.keys,
                columnStride: 1),
              head.slice(v, row: head.keyRow, rows: head.keys, width: width, stride: stride),
              into: base + head.queryRow * stride + head.column, rowStride: stride, scale: 1,
              accumulate: false)
          }
        }
      }
    }
  }

  /// scale · pattern · values, head by head: self is the pattern, the result
  /// `[query rows, heads · width]`.
  package func mixed(
    values: Tensor, _ layout: PatternLayout, scale: Float, _ execution: Execution
  ) -> Tensor {
    let stride = values.shape[1]
    let width = stride / layout.heads
    return Tensor(shape: [layout.queries.total, stride]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, p, v) = (out, unsafePointer, values.unsafePointer)
      withExtendedLifetime((self, values)) {
        layout.forEachHead(width: width, execution) { head in
          multiplySerial(
            head.pattern(p),
            head.slice(v, row: head.keyRow, rows: head.keys, width: width, stride: stride),
            into: base + head.queryRow * stride + head.column, rowStride: stride, scale: scale,
            accumulate: false)
        }
      }
    }
  }

  /// scale · patternᵀ · rows, head by head: self is the pattern, the result
  /// `[key rows, heads · width]`.
  package func transposedMixed(
    rows: Tensor, _ layout: PatternLayout, scale: Float, _ execution: Execution
  ) -> Tensor {
    let stride = rows.shape[1]
    let width = stride / layout.heads
    return Tensor(shape: [layout.keys.total, stride]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, p, r) = (out, unsafePointer, rows.unsafePointer)
      withExtendedLifetime((self, rows)) {
        layout.forEachHead(width: width, execution) { head in
          multiplySerial(
            head.pattern(p).transposed,
            head.slice(r, row: head.queryRow, rows: head.queries, width: width, stride: stride),
            into: base + head.keyRow * stride + head.column, rowStride: stride, scale: scale,
            accumulate: false)
        }
      }
    }
  }

  /// rows · valuesᵀ, head by head: the cotangent of the pattern, flat. self is
  /// `[query rows, heads · width]`.
  package func headProducts(
    with values: Tensor, _ layout: PatternLayout, _ execution: Execution
  ) -> Tensor {
    let stride = shape[1]
    let width = stride / layout.heads
    return Tensor(shape: [layout.total]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, r, v) = (out, unsafePointer, values.unsafePointer)
      withExtendedLifetime((self, values)) {
        layout.forEachHead(width: width, execution) { head in
          multiplySerial(
            head.slice(r, row: head.queryRow, rows: head.queries, width: width, stride: stride),
            head.slice(v, row: head.keyRow, rows: head.keys, width: width, stride: stride)
              .transposed,
            into: base + head.patternStart, rowStride: head.keys, scale: 1, accumulate: false)
        }
      }
    }
  }

  /// p ⊙ (dp − Σ_keys dp ⊙ p) for every row: self is p, the pattern.
  package func softmaxPullback(
    _ cotangent: Tensor, _ layout: PatternLayout, _ execution: Execution
  ) -> Tensor {
    Tensor(shape: [layout.total]) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let (base, p, dp) = (out, unsafePointer, cotangent.unsafePointer)
      withExtendedLifetime((self, cotangent)) {
        layout.forEachHead(width: 1, products: 0, execution) { head in
          softmaxBackwardRows(
            p + head.patternStart, dp + head.patternStart, into: base + head.patternStart,
            rows: head.queries, columns: head.keys, scale: 1)
        }
      }
    }
  }
}

extension Tensor {
  /// softmax of every row over its visible keys, zero elsewhere: self are scores, flat, laid out by a
  /// layout of one head.
  package func maskedSoftmax(_ layout: PatternLayout, _ mask: AttentionMask) -> Tensor {
    Tensor(shape: shape) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: buffer.count)
      withExtendedLifetime(self) {
        for sequence in 0..<layout.queries.count {
          let (queries, keys) = (layout.queries.length(sequence), layout.keys.length(sequence))
          for query in 0..<queries {
            let visible = mask.visible(query: query, queries: queries, keys: keys)
            let start = layout.start(sequence, head: 0) + query * keys + visible.lowerBound
            (base + start).update(from: unsafePointer + start, count: visible.count)
            softmaxRows(base + start, rows: 1, columns: visible.count)
          }
        }
      }
    }
  }
}
