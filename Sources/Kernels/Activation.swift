import CPUFeatures

/// An elementwise function, also applied by a matrix product on write-back.
package enum Activation: Sendable, CaseIterable {
  case identity
  case relu
  /// x · Φ(x), with the error function.
  case geluErf
  /// The tanh approximation of GELU (Hendrycks and Gimpel 2016), `gelu_new` in checkpoints.
  case geluTanh
  case tanh
  case sigmoid
  /// x · sigmoid(x)
  case silu

  /// The number the kernels know it by.
  var code: Int {
    switch self {
    case .identity: ASSAY_IDENTITY
    case .relu: ASSAY_RELU
    case .geluErf: ASSAY_GELU_ERF
    case .geluTanh: ASSAY_GELU_TANH
    case .tanh: ASSAY_TANH
    case .sigmoid: ASSAY_SIGMOID
    case .silu: ASSAY_SILU
    }
  }
}
