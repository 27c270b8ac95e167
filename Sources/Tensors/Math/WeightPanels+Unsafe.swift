import Kernels
import Synchronization

/// Which way a weight matrix lies in the checkpoint.
package enum WeightLayout: Sendable {
  /// `[out, in]`, as torch's `Linear` has it.
  case outputByInput
  /// `[in, out]`, as GPT-2's `Conv1D` has it.
  case inputByOutput
}

/// A weight matrix packed for products, once for the forward and once for the backward direction,
/// each on first use.
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
  /// - Throws: `memory` where there is too little for it, `numeric` for numbers that are not usable.
  package func makeReady(backward: Bool, _ name: String) throws(AssayError) {
    let isReady = packed.withLock { $0.forward != nil && ($0.backward != nil || !backward) }
    if isReady { return }
    try weight.requireUsable("the model's \(name)")
    try Memory.require(
      (backward ? 2 : 1) * 4 * Double(weight.count), for: "packing \(name) of \(weight.shape)")
    _ = forward
    if backward { _ = self.backward }
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
