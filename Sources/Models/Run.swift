import Autodiff
import Tensors

/// What one run of the network left: its output, the captured sites, and the way back.
package struct Run {
  /// The way back: the gradients of Σ cotangent · output with respect to sites.
  package typealias Pullback = (Tensor, [Site], PullbackRules) throws(AssayError) -> [Tensor]

  /// Scores `[sequences, labels]`, or the pooled state of a network without a head.
  package let output: Variable
  package let captured: [Site: Variable]
  private let layout: SiteLayout
  private let pullback: Pullback

  /// A run whose values lie as `layout` says.
  package init(
    output: Variable, captured: [Site: Variable], layout: SiteLayout, pullback: @escaping Pullback
  ) {
    self.output = output
    self.captured = captured
    self.layout = layout
    self.pullback = pullback
  }

  /// A run on a tape.
  init(_ output: Variable, _ pass: ForwardPass) {
    let captured = pass.captured
    self.init(output: output, captured: captured, layout: pass.sites) {
      (cotangent, sites, rules) throws(AssayError) in
      let sources = sites.map { site in
        guard let variable = captured[site] else {
          preconditionFailure("\(site) was not differentiated")
        }
        return variable
      }
      return try pass.tape.gradients(of: output, cotangent: cotangent, to: sources, rules: rules)
    }
  }

  /// How the attention of every layer lies in its captured value.
  package var patternLayout: PatternLayout { layout.patterns }

  /// The gradient of Σ cotangent · output with respect to each site, which must have been asked for
  /// in the request's `differentiate`.
  package func gradients(
    cotangent: Tensor, to sites: [Site], rules: PullbackRules = PullbackRules()
  ) throws(AssayError) -> [Tensor] {
    try pullback(cotangent, sites, rules)
  }

  /// The captured value of one sequence.
  package func value(_ site: Site, sequence: Int) -> Tensor? {
    captured[site].map { layout.slice($0.value, site, sequence: sequence) }
  }

  /// One sequence's part of a tensor that lies like the value of `site`.
  package func slice(_ tensor: Tensor, like site: Site, sequence: Int) -> Tensor {
    layout.slice(tensor, site, sequence: sequence)
  }
}
