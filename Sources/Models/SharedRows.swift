import Autodiff
import Tensors

/// Tokens of a batch whose rows are alike until attention mixes them: the same id and type at the same
/// position.
///
/// An input without one token, for every token, is mostly the same rows again. Their embeddings and
/// the queries, keys and values of block 0 are computed once and copied. Rows do not depend on each
/// other, so no bit changes.
struct SharedRows: Sendable {
  /// The first token of each kind, by its row among all tokens.
  let first: [Int]
  /// Which kind every token is of.
  let kinds: [Int]

  /// nil when somebody looks at the rows one by one, stands in for them or edits them, when the pass
  /// does not start from tokens, in training, and when too few tokens are alike.
  init?(_ request: Request, _ batch: Batch) {
    func matters(_ site: Site) -> Bool {
      switch site {
      case .pixels, .embedding, .block(0, .input): true
      case .block, .final, .pooled, .logits: false
      }
    }
    guard batch.inputs.count > 1, batch.inputs.allSatisfy({ $0.image == nil }), !request.trains,
      request.embeddings == nil, request.resume == nil, request.stop != 0,
      !request.keep.contains(where: matters), !request.differentiate.contains(where: matters),
      !request.interventions.joined().contains(where: { $0.site.map(matters) ?? false })
    else { return nil }
    var known: [Token: Int] = [:]
    var first: [Int] = []
    var kinds: [Int] = []
    kinds.reserveCapacity(batch.layout.total)
    for input in batch.inputs {
      let types = input.types
      for (position, id) in input.ids.enumerated() {
        let token = Token(id: id, type: types[position], position: position)
        let kind = known[token] ?? first.count
        if kind == first.count {
          known[token] = kind
          first.append(kinds.count)
        }
        kinds.append(kind)
      }
    }
    guard first.count <= kinds.count / 2 else { return nil }
    self.first = first
    self.kinds = kinds
  }

  private struct Token: Hashable {
    let id: Int
    let type: Int
    let position: Int
  }
}

extension ForwardPass {
  /// The tokens whose rows are computed: one of each kind, or all.
  var distinctTokens: (ids: [Int], types: [Int], positions: [Int]) {
    let (ids, types, positions) = (batch.ids, batch.types, batch.positions)
    guard let first = sharing?.first else { return (ids, types, positions) }
    return (first.map { ids[$0] }, first.map { types[$0] }, first.map { positions[$0] })
  }

  /// A row for every token from a row for every kind, in block 0; the rows themselves elsewhere.
  func spread(_ x: Variable, layer: Int) throws(AssayError) -> Variable {
    guard layer == 0, let sharing, x.shape[0] == sharing.first.count else { return x }
    return try tape.apply(Gather(sharing.kinds), [x])
  }
}
