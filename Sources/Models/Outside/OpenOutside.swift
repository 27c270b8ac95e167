import Tensors

/// Somebody outside the engine who runs a network and lets its inside be seen and edited.
///
/// Where a run says that a layer's attention is edited, the outside asks the `GlassBox` what the edit
/// makes of the pattern there, and on the way back of its cotangent: no formula of an edit stands
/// outside.
package protocol OpenOutside: Sendable {
  /// Runs the network on the thread of the call. What it keeps for a way back belongs to `run.id` until
  /// that is forgotten.
  func run(_ run: OutsideRun) throws(AssayError) -> OutsideAnswer
  /// The gradients of Σ cotangent · output of an earlier run, one a site, each lying like its value.
  func gradients(of run: Int, cotangent: Tensor, sites: [Site]) throws(AssayError) -> [Tensor]
  /// Nobody asks for the gradients of that run any more.
  func forget(_ run: Int)
}

/// What is asked of one run outside.
package struct OutsideRun: Sendable {
  /// The number by which the run is called.
  package let id: Int
  package let batch: Batch
  /// The row that the head reads in each input; nil where the head chooses by itself.
  package let rows: [Int?]
  /// Sites whose values are returned.
  package let keep: [Site]
  /// Sites from which gradients will be asked.
  package let differentiate: [Site]
  /// Layers whose attention is edited in some input.
  package let edited: [Int]
  /// Rows that replace those of a site.
  package let patches: [Patch]
  /// Stands in for the embeddings, `[total tokens, width]`.
  package let embeddings: Tensor?

  /// Some rows of one input's value at a site.
  package struct Patch: Sendable {
    package let site: Site
    package let sequence: Int
    /// The replaced tokens.
    package let tokens: [Int]
    /// `[tokens, width]`.
    package let value: Tensor
  }
}

/// What a run outside came to.
package struct OutsideAnswer: Sendable {
  /// `[inputs, scores]`.
  package let output: Tensor
  /// The kept sites' values, each sequence behind the other without padding.
  package let kept: [Site: Tensor]

  package init(output: Tensor, kept: [Site: Tensor]) {
    self.output = output
    self.kept = kept
  }
}
