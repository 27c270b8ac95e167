import Models
import Tensors

/// The registry: one line a method.
package enum Methods {
  package static let all: [any Method] = [
    AttentionMethod(),
    AttentionRollout(),
    AttentionGradient(),
    AttentionTimesGradient(),
    AttentionNorms(),
    ALTI(),
    ValueZeroing(),
    AttentionFlowMethod(),
    Saliency(),
    InputTimesGradient(),
    IntegratedGradients(),
    SmoothGrad(),
    GradientSHAP(),
    DeepLift(),
    HiddenGradient(),
    LeaveOneOut(),
    Occlusion(),
    ShapleySampling(),
    KernelSHAP(),
    LIME(),
  ]

  /// The name of the method where none is asked for: rollout, or attention itself in a model whose
  /// rows of attention are no tokens' and cannot be traced.
  package static func standard(for card: ModelCard) -> String {
    let rollout = AttentionRollout().info
    return rollout.needs.isSubset(of: card.capabilities)
      ? rollout.name : AttentionMethod().info.name
  }

  /// - Throws: `option` listing the registered names.
  package static func named(_ name: String) throws(AssayError) -> any Method {
    if let method = all.first(where: { $0.info.name == name }) { return method }
    throw AssayError(
      .option, "method", expected: "one of " + all.map(\.info.name).joined(separator: ", "),
      found: "\"\(name)\"")
  }
}
