import Kernels
import Synchronization

/// Which way a weight matrix lies in the checkpoint.
package enum WeightLayout: Sendable {
  /// `[out, in]`, as torch's `Linear` has it.
  case outputByInput
  /// `[in, out]`, as GPT-2's `Conv1D` has it.
  case inputByOutput
}

/// A weight matrix packed for products, on first use: for the forward direction, and for the backward one
/// as well where the panels of the first do not serve both (`PackedMatrix.readsTransposed`).
package final class WeightPanels: Sendable {
  private let weight: Tensor
  private let layout: WeightLayout
  private let precision: Precision
  private let packed = Mutex<(forward: PackedMatrix?, backward: PackedMatrix?)>((nil, nil))

  /// - Parameter precision: what the numbers are rounded to when they are packed, and what a product
  ///   rounds its other operand to.
  /// - Precondition: `weight` has two axes; the precision is supported.
  package init(_ weight: Tensor, layout: WeightLayout, precision: Precision = .float32) {
    precondition(weight.shape.count == 2, "a weight is a matrix")
    self.weight = weight
    self.layout = layout
    self.precision = precision
  }

  /// Packs what is needed, if nobody has, and looks at the numbers on that occasion: where an activation
  /// is bounded, one that is infinite would show nowhere.
  /// - Parameter backward: the rows of which a gradient will be asked; nil when none will.
  /// - Throws: `memory` where there is too little for it, `numeric` for numbers that are not usable.
  package func makeReady(backward: Int?, _ name: String) throws(AssayError) {
    let isPacked = packed.withLock { $0.forward != nil }
    if !isPacked {
      try weight.requireUsable("the model's \(name)")
      try Memory.require(4 * Double(weight.count), for: "packing \(name) of \(weight.shape)")
      _ = forward
    }
    guard let backward, !isReady(backward: backward) else { return }
    try Memory.require(4 * Double(weight.count), for: "packing \(name) of \(weight.shape)")
    _ = self.backward
  }

  private func isReady(backward rows: Int) -> Bool {
    packed.withLock { $0.backward != nil || $0.forward?.readsTransposed(rows) ?? false }
  }

  /// dz W for the cotangent dz `[rows, out]` of x Wᵀ.
  package func pullback(_ cotangent: Tensor, _ execution: Execution) -> Tensor {
    let rows = cotangent.count / max(cotangent.shape.last ?? 1, 1)
    let shared = packed.withLock { $0.backward == nil ? $0.forward : nil }
    if let shared, shared.readsTransposed(rows) {
      return cotangent.multiplied(byTransposed: shared, execution)
    }
    return cotangent.multiplied(
      by: backward, bias: nil, activation: .identity, keepingPreactivation: false, execution
    ).output
  }

  /// Panels of the `[in, out]` matrix, for x Wᵀ.
  package var forward: PackedMatrix {
    packed.withLock { packed in
      if let ready = packed.forward { return ready }
      let made = pack(transposed: layout == .outputByInput)
      packed.forward = made
      return made
    }
  }

  /// Panels of the `[out, in]` matrix, for dz W.
  package var backward: PackedMatrix {
    packed.withLock { packed in
      if let ready = packed.backward { return ready }
      let made = pack(transposed: layout == .inputByOutput)
      packed.backward = made
      return made
    }
  }

  /// Products read the panels and not the checkpoint, whose pages may go.
  private func pack(transposed: Bool) -> PackedMatrix {
    defer { weight.releasePages() }
    return withExtendedLifetime(weight) {
      PackedMatrix.pack(weight.matrix(transposed: transposed), precision: precision)
    }
  }
}

extension Tensor {
  /// The tensor as a matrix of rows (all axes but the last, flattened) by columns.
  /// The caller keeps the tensor alive.
  func matrix(transposed: Bool = false) -> Matrix {
    let columns = shape.last ?? 1
    let rows = columns == 0 ? 0 : count / columns
    return transposed
      ? Matrix(
        base: unsafePointer, rows: columns, columns: rows, rowStride: 1, columnStride: columns)
      : Matrix(
        base: unsafePointer, rows: rows, columns: columns, rowStride: columns, columnStride: 1)
  }
}
