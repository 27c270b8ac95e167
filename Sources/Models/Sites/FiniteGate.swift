import Autodiff
import Tensors

extension Site {
  /// Whether numbers are looked at here: where a branch or a norm hands on what it made, and at both
  /// ends. Queries, keys, values and patterns that are not finite show in what attention makes of them.
  fileprivate var isGate: Bool {
    switch self {
    case .block(0, .input), .block(_, .attentionOutput), .block(_, .feedForwardOutput): true
    case .block(_, .output), .embedding, .pixels, .final, .pooled, .logits: true
    case .block: false
    }
  }
}

extension ForwardPass {
  /// The one gate for numbers that mean nothing: no answer is made of them.
  /// - Throws: `numeric` naming the first site where a number is NaN, infinite, or so large that a norm
  ///   would make nothing of it.
  func checkUsable(_ value: Variable, at site: Site) throws(AssayError) {
    if site.isGate { try value.value.requireUsable("the model's \(site)") }
  }
}
