import Autodiff
import Synchronization
import Tensors

/// A model that is computed outside and whose inside can be read, edited and differentiated.
///
/// It answers whole requests: nothing of it lies on the engine's tape, so what needs the tape (weights
/// that are replaced, other rules for going backwards, a start in the middle) it cannot do, and its card
/// says so.
package final class GlassBox: Network {
  package let card: ModelCard
  package let memoryBudget: Int?
  package let places: [Site.Place]
  package let parameters: [Parameter] = []

  private let outside: any OpenOutside
  private let runs = Mutex<Runs>(Runs())

  private struct Runs {
    var next = 0
    var live: [Int: LiveRun] = [:]
  }

  /// - Parameter card: what it can do; see `ModelCard.outside`.
  package init(_ card: ModelCard, memoryBudget: Int?, _ outside: any OpenOutside) {
    self.card = card
    self.memoryBudget = memoryBudget
    self.outside = outside
    places = card.capabilities.contains(.states) ? [.input, .pattern, .output] : [.pattern]
  }

  package func run(
    _ batch: Batch, _ request: Request, on tape: Tape
  ) throws(AssayError) -> Run {
    guard request.resume == nil, request.stop == nil, !request.trains, !request.replacesPullbacks
    else {
      throw AssayError(
        .unsupported, "run", expected: "a model that the engine computes itself",
        found: "the \(card.family) model, which is computed outside")
    }
    let layout = SiteLayout(batch, card)
    let differentiate = Array(request.differentiate)
    let lease = RunLease(self, LiveRun(layout: layout, interventions: request.interventions))
    lease.isDifferentiated = !differentiate.isEmpty
    // What a network without a head says is its pooled state.
    let keep = Array(request.keep.union(request.differentiate))
    let answer = try outside.run(
      OutsideRun(
        id: lease.id, batch: batch, rows: batch.inputs.map(card.readOut.row),
        keep: keep.filter { $0 != .pooled },
        differentiate: differentiate,
        edited: (0..<card.layers).filter { layer in
          request.interventions.joined().contains { $0.editsPattern(of: layer) }
        },
        patches: patches(request.interventions, layout), embeddings: request.embeddings))
    let expected = [batch.inputs.count, card.scoreCount > 0 ? card.scoreCount : card.width]
    guard answer.output.shape == expected else {
      throw AssayError(
        .shape, "the model's scores", expected: "shape \(expected)",
        found: "\(answer.output.shape)")
    }
    try answer.output.requireUsable("the model's \(Site.logits)")
    var captured: [Site: Variable] = [:]
    if keep.contains(.pooled) { captured[.pooled] = .constant(answer.output) }
    for site in keep where site != .pooled {
      let value = try checked(answer.kept[site], "the model's \(site)", site, layout)
      captured[site] = .constant(value)
    }
    return Run(output: .constant(answer.output), captured: captured, layout: layout) {
      (cotangent, sites, _) throws(AssayError) in
      let told = try self.outside.gradients(of: lease.id, cotangent: cotangent, sites: sites)
      var gradients: [Tensor] = []
      for (index, site) in sites.enumerated() {
        let gradient = index < told.count ? told[index] : nil
        gradients.append(try self.checked(gradient, "the gradient at \(site)", site, layout))
      }
      return gradients
    }
  }

  /// The replaced rows of every input, with the tokens that `keys` leaves open written out.
  private func patches(
    _ interventions: [[Intervention]], _ layout: SiteLayout
  ) -> [OutsideRun.Patch] {
    interventions.enumerated().flatMap { sequence, list in
      list.compactMap { one in
        guard let site = one.site, case .patch(let value) = one.action else { return nil }
        let tokens = one.keys ?? Array(0..<layout.batch.inputs[sequence].count)
        return OutsideRun.Patch(
          site: site, sequence: sequence, tokens: tokens,
          value: value.reshaped([tokens.count, value.count / max(tokens.count, 1)]))
      }
    }
  }

  /// What somebody outside says of a site, in the shape that it has for the whole batch.
  /// - Throws: `shape` for another number of numbers, `numeric` for numbers that mean nothing.
  private func checked(
    _ value: Tensor?, _ subject: String, _ site: Site, _ layout: SiteLayout
  ) throws(AssayError) -> Tensor {
    let tokens = layout.batch.layout.total
    let shape: [Int] =
      switch site {
      case .block(_, .pattern): [layout.patterns.total]
      case .embedding: [tokens, card.embeddingWidth]
      case .logits: [layout.batch.inputs.count, card.scoreCount]
      case .block, .final, .pixels, .pooled: [tokens, card.width]
      }
    guard let value, value.count == shape.reduce(1, *) else {
      throw AssayError(
        .shape, subject, expected: "numbers for the shape \(shape)",
        found: value.map { "shape \($0.shape)" } ?? "nothing")
    }
    try value.requireUsable(subject)
    return value.reshaped(shape)
  }

  /// What edits need to know of a run; nil when it is over.
  func live(_ run: Int) -> LiveRun? { runs.withLock { $0.live[run] } }

  fileprivate func begin(_ run: LiveRun) -> Int {
    runs.withLock { runs in
      runs.next += 1
      runs.live[runs.next] = run
      return runs.next
    }
  }

  fileprivate func end(_ run: Int, isDifferentiated: Bool) {
    runs.withLock { $0.live[run] = nil }
    if isDifferentiated { outside.forget(run) }
  }
}

/// A run that ends when nobody can ask for its gradients any more.
private final class RunLease {
  let id: Int
  var isDifferentiated = false
  private let box: GlassBox

  init(_ box: GlassBox, _ run: LiveRun) {
    self.box = box
    id = box.begin(run)
  }

  deinit { box.end(id, isDifferentiated: isDifferentiated) }
}
