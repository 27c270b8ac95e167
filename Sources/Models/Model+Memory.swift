import Tensors

extension Model {
  /// - Throws: `memory` when one run over these inputs would take more than there is.
  func requireMemory(for inputs: [Input], _ request: Request, _ execution: Execution)
    throws(AssayError)
  {
    let tokens = inputs.reduce(0) { $0 + $1.count }
    let longest = inputs.reduce(0) { max($0, $1.count) }
    try Memory.require(
      memory(of: inputs, request, execution),
      for: "\(inputs.count == 1 ? "an input" : "\(inputs.count) inputs") of \(tokens) tokens"
        + (inputs.count == 1 ? "" : ", the longest of \(longest)"))
  }

  /// The bytes of a run's intermediate values, from above: rows of the stream and what a block makes of
  /// them, and the patterns of attention that exist at once.
  private func memory(of inputs: [Input], _ request: Request, _ execution: Execution) -> Double {
    let differentiates = !request.differentiate.isEmpty || request.trains
    let rows = differentiates ? 10 * card.layers + 16 : 16 + request.keep.count
    let (kept, made) = patterns(request)
    let heads = Double(card.heads)
    let copies = differentiates ? 3.0 : 1.0
    // A head whose pattern nobody looks at has it for a moment, on every thread one; a network that
    // cannot work head by head makes a few of all of them.
    let passing = max(
      2 * Double(execution.parallel.threads), network.patternsAtOnce * heads,
      made > 0 ? 2 * heads : 0)
    return inputs.reduce(0.0) { sum, input in
      let count = Double(input.count)
      let pairs = Double(card.queryCount(input.count)) * count
      return sum + count * 4 * Double(card.width) * Double(rows)
        + pairs * 4 * (heads * Double(kept) * copies + passing)
    }
  }

  /// How many layers' patterns are held to the end, and how many are made at all.
  private func patterns(_ request: Request) -> (kept: Int, made: Int) {
    let first = request.resume?.block ?? 0
    var (kept, made) = (0, 0)
    for layer in first..<max(first, request.stop ?? card.layers) {
      let site = Site.pattern(layer)
      let isKept = request.keep.contains(site) || request.differentiate.contains(site)
      if isKept { kept += 1 }
      let isEdited = request.interventions.contains { $0.contains { $0.editsPattern(of: layer) } }
      if isKept || isEdited || request.dropout != nil { made += 1 }
      // In training, and where a gradient runs through it, an edited pattern is held as well.
      if !isKept, isEdited || request.dropout != nil,
        !request.differentiate.isEmpty || request.trains
      {
        kept += 2
      }
    }
    return (kept, made)
  }
}
