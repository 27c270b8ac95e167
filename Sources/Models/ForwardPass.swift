import Autodiff
import Tensors

/// What a forward pass is asked for.
package struct Request: Sendable {
  /// Sites whose values are returned.
  package var keep: Set<Site> = []
  /// Sites from which gradients will be asked.
  package var differentiate: Set<Site> = []
  /// The interventions of each sequence; empty when there are none.
  package var interventions: [[Intervention]] = []
  /// Stands in for the embedding lookup, `[total tokens, width]`.
  package var embeddings: Tensor?
  /// Starts at the input of this block with this residual stream, `[total tokens, width]`.
  package var resume: (block: Int, hidden: Tensor)?
  /// Ends before this block: the read-out is made from the stream as it stands there.
  package var stop: Int?
  /// Variables that stand in for weights, by name: training.
  package var parameters: [String: Variable] = [:]
  /// Rows that stand in for tables of which a training step uses few, by name.
  package var tables: [String: TableRows] = [:]
  /// Gradients will be taken under replaced pullbacks, which may read any value of a step.
  package var replacesPullbacks = false
  /// The dropout of a training step; nil everywhere else.
  package var dropout: Dropout?

  package init() {}
}

/// Some rows of a table, as a variable of their own.
package struct TableRows: Sendable {
  package let rows: Variable
  /// Where each row of the table stands among `rows`.
  package let places: [Int: Int]

  package init(rows: Variable, places: [Int: Int]) {
    self.rows = rows
    self.places = places
  }
}

/// Random zeroing during training.
package struct Dropout: Sendable {
  /// The share of activations that become zero.
  package let rate: Float
  /// The share of attention weights that become zero.
  package let patternRate: Float
  package let source: RandomSource

  package init(rate: Float, patternRate: Float, source: RandomSource) {
    self.rate = rate
    self.patternRate = patternRate
    self.source = source
  }
}

/// One forward pass under way: the tape, the batch, and the single mechanism by which a value is
/// captured, differentiated or edited.
package final class ForwardPass {
  package let tape: Tape
  package let batch: Batch
  package let request: Request
  private let card: ModelCard
  /// How the values of the batch lie at every site.
  let sites: SiteLayout
  /// Captured variables by site.
  package private(set) var captured: [Site: Variable] = [:]
  /// How often dropout was applied, so that each place has its own random numbers.
  private var dropouts = 0
  /// The rows that the last block computes behind its keys and values; nil when it computes all.
  let narrowing: Narrowing?
  /// The rows that block 0 computes once for all tokens alike; nil when every token has its own.
  let sharing: SharedRows?

  init(_ tape: Tape, _ batch: Batch, _ request: Request, card: ModelCard) {
    self.tape = tape
    self.batch = batch
    self.request = request
    self.card = card
    sites = SiteLayout(batch, card)
    narrowing = Narrowing(request, batch, card)
    sharing = narrowing?.layer == 0 ? nil : SharedRows(request, batch)
  }

  package var execution: Execution { tape.execution }

  /// The whole batch's attention layout: every token asks, or the one query does; every token of its
  /// sequence answers.
  package var layout: PatternLayout { sites.patterns }

  /// The value that goes on from `site`: edited if asked, looked at, watched if asked, remembered if
  /// asked.
  package func site(_ site: Site, _ value: Variable) throws(AssayError) -> Variable {
    var value = try edited(site, value)
    try checkUsable(value, at: site)
    if request.differentiate.contains(site) { value = tape.watched(value) }
    if request.keep.contains(site) || request.differentiate.contains(site) {
      captured[site] = value
    }
    return value
  }

  /// The word embeddings going on from their site: looked up, or the request's stand-in.
  package func embedding(
    _ lookUp: ([Int]) throws(AssayError) -> Variable
  ) throws(AssayError) -> Variable {
    try embedding { () throws(AssayError) in try lookUp(batch.ids) }
  }

  /// The embeddings of whatever the inputs are made of, going on from their site: made here, or the
  /// request's stand-in.
  package func embedding(
    _ make: () throws(AssayError) -> Variable
  ) throws(AssayError) -> Variable {
    if let given = request.embeddings { return try site(.embedding, .constant(given)) }
    return try site(.embedding, make())
  }

  /// Whether somebody looks at a value of token rows, edits it or stands in for it, so that it must
  /// exist token by token.
  package func needs(_ site: Site) -> Bool {
    request.keep.contains(site) || request.differentiate.contains(site)
      || (site == .embedding && request.embeddings != nil)
      || request.interventions.contains { $0.contains { $0.site == site } }
  }

  /// The states that the head reads, `[sequences, width]`.
  package func readOut(_ hidden: Variable) throws(AssayError) -> Variable {
    if card.readOut == .query || narrowing != nil { return hidden }
    if card.readOut == .mean { return try tape.apply(MeanRows(batch.layout), [hidden]) }
    let rows = zip(batch.inputs, batch.layout.offsets).map { $1 + (card.readOut.row(of: $0) ?? 0) }
    return try tape.apply(Gather(rows), [hidden])
  }

  /// The stream with a branch added, the branch having gone through its site.
  package func joined(
    _ stream: Variable, _ branch: Variable, at place: Site
  ) throws(AssayError) -> Variable {
    try tape.apply(Add(), [stream, dropout(site(place, branch))])
  }

  /// Whether somebody looks at the pattern of a layer or edits it, so that it must exist.
  package func needsPattern(_ layer: Int) -> Bool {
    let site = Site.pattern(layer)
    return request.keep.contains(site) || request.differentiate.contains(site)
      || request.interventions.contains { $0.contains { $0.editsPattern(of: layer) } }
  }

  /// A weight: a constant, or in training the variable that stands in for it.
  package func parameter(_ parameter: Parameter) -> Variable {
    request.parameters[parameter.name] ?? .constant(parameter.tensor)
  }

  /// Whether a weight is being trained, so that its packed panels would be stale.
  package func isTrained(_ parameter: Parameter) -> Bool {
    request.parameters[parameter.name] != nil
  }

  /// Dropout of activations during training, the identity otherwise.
  package func dropout(_ value: Variable) throws(AssayError) -> Variable {
    try dropped(value, request.dropout?.rate)
  }

  /// Dropout of attention weights during training, the identity otherwise.
  package func dropoutPattern(_ value: Variable) throws(AssayError) -> Variable {
    try dropped(value, request.dropout?.patternRate)
  }

  private func dropped(_ value: Variable, _ rate: Float?) throws(AssayError) -> Variable {
    guard let rate, rate > 0, let source = request.dropout?.source else { return value }
    dropouts += 1
    return try tape.apply(DropOut(rate: rate, draw: dropouts, source: source), [value])
  }

  private func edited(_ site: Site, _ value: Variable) throws(AssayError) -> Variable {
    if case .block(let layer, .pattern) = site { return try editedPattern(layer, value) }
    var rows: [Int] = []
    var replacements: [Tensor] = []
    for (sequence, interventions) in request.interventions.enumerated() {
      for intervention in interventions where intervention.site == site {
        guard case .patch(let replacement) = intervention.action else { continue }
        let chosen = self.rows(of: site, sequence, intervention.keys)
        let width = value.shape[1]
        if site == .pixels, let image = batch.inputs[sequence].image {
          rows += chosen
          replacements.append(replacement.cutting(image.grid.cut, image.present))
          continue
        }
        guard replacement.count == chosen.count * width, replacement.shape.last == width else {
          throw AssayError(
            .shape, "intervention patch at \(site)", expected: "[\(chosen.count), \(width)]",
            found: "\(replacement.shape)")
        }
        rows += chosen
        replacements.append(replacement.reshaped([chosen.count, width]))
      }
    }
    if rows.isEmpty { return value }
    // One step for all patches; where two name the same row, the later one stays.
    return try tape.apply(ReplaceRows(rows, with: .concatenated(replacements)), [value])
  }

  /// The rows of a site's value that belong to a sequence, or to some of its tokens.
  private func rows(of site: Site, _ sequence: Int, _ tokens: [Int]?) -> [Int] {
    let rows = sites.rows(of: site, sequence)
    if site == .pooled || site == .logits { return Array(rows) }
    return tokens.map { $0.map { rows.lowerBound + $0 } } ?? Array(rows)
  }

  private func editedPattern(_ layer: Int, _ value: Variable) throws(AssayError) -> Variable {
    // Attention whose queries cannot be chosen beforehand has a pattern for all of them.
    let isNarrow = value.shape[0] == layout(layer).total
    let layout = isNarrow ? layout(layer) : layout
    let edits = request.interventions.enumerated().flatMap { sequence, interventions in
      interventions.filter { $0.editsPattern(of: layer) }.flatMap {
        $0.lowered(
          sequence: sequence, layer: layer, layout, mask: card.masks[layer],
          only: isNarrow ? row(layer, sequence) : nil)
      }
    }
    if edits.isEmpty { return value }
    return try tape.apply(EditPattern(layout, mask: card.masks[layer], edits: edits), [value])
  }
}
