import Tensors

/// One edit of one head's attention in one sequence.
package struct PatternEdit: Sendable {
  /// What happens to the weights of the edited query rows.
  package enum Action: Sendable {
    /// Each row becomes the row of the same rank in `rows`, `[edited queries, keys]`.
    case replace(Tensor)
    /// Each row becomes uniform over its visible keys.
    case uniform
    /// y[j] = x[order[j]] over every cycle of the order that the row reaches whole.
    case reorder([Int])
    /// The weights of `keys` are multiplied by `factor`; the row no longer sums to one.
    case scale(keys: [Int], factor: Float)
    /// The weights of `keys` become zero; with `renormalise` the row is divided by what is left,
    /// and a row with nothing left becomes uniform over its other visible keys.
    case knockOut(keys: [Int], renormalise: Bool)
    /// The weights of `keys` are added to key `to` and become zero; a row that does not reach
    /// `to` keeps its weights.
    case move(keys: [Int], to: Int)
    /// The weights of `keys` become zero and their sum is spread evenly over `to`, in rows that see
    /// all of `to`.
    case pour(keys: [Int], to: [Int])
    /// Each pair of sets changes places, a set's new weight spread evenly, in rows that see both.
    case exchange([(first: [Int], second: [Int])])
    /// What exchanging the sets of `first` for as many of `second` comes to on average, of those that
    /// the row sees.
    case meanExchange(first: [[Int]], second: [[Int]])
  }

  package let sequence: Int
  package let head: Int
  /// The edited rows; nil edits all.
  package let queries: [Int]?
  package let action: Action

  package init(sequence: Int, head: Int, queries: [Int]?, action: Action) {
    self.sequence = sequence
    self.head = head
    self.queries = queries
    self.action = action
  }
}

/// Counterfactual attention: some rows of some heads changed, the others handed on bit for bit.
///
/// Input and output: the flat pattern of `layout`. Edits of the same row apply in order. None but
/// `replace` puts weight on a key out of the row's reach under `mask`.
package struct EditPattern: Operation {
  package let name = "edit_pattern"
  package let layout: PatternLayout
  package let mask: AttentionMask
  package let edits: [PatternEdit]

  package init(_ layout: PatternLayout, mask: AttentionMask, edits: [PatternEdit]) {
    self.layout = layout
    self.mask = mask
    self.edits = edits
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(
      inputs[0].edited { span in
        for edit in edits {
          forEachRow(of: edit) { row in row.apply(edit.action, to: &span) }
        }
      })
  }

  // In the forward pass each edit was y = E(x), applied in order, so now the cotangent goes through
  // the transposed edits in reverse; a renormalised row needs the x it was applied to.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    var before: [Tensor] = [record.inputs[0]]
    for edit in edits.dropLast() where edits.contains(where: { $0.action.needsInput }) {
      let input = before[before.count - 1]
      before.append(
        input.edited { span in forEachRow(of: edit) { $0.apply(edit.action, to: &span) } })
    }
    return [
      cotangent.edited { span in
        for (index, edit) in edits.enumerated().reversed() {
          let input = edit.action.needsInput ? before[index] : nil
          forEachRow(of: edit) { $0.transpose(edit.action, input: input, &span) }
        }
      }
    ]
  }

  private func forEachRow(of edit: PatternEdit, _ body: (PatternRow) -> Void) {
    let queries = layout.queries.length(edit.sequence)
    let keys = layout.keys.length(edit.sequence)
    let start = layout.start(edit.sequence, head: edit.head)
    for (rank, query) in (edit.queries ?? Array(0..<queries)).enumerated() {
      body(
        PatternRow(
          start: start + query * keys, keys: keys, rank: rank,
          visible: mask.visible(query: query, queries: queries, keys: keys),
          reachable: mask.reachable(query: query, queries: queries, keys: keys)))
    }
  }
}

extension PatternEdit.Action {
  /// Whether the pullback depends on the value that was edited.
  fileprivate var needsInput: Bool {
    if case .knockOut(_, renormalise: true) = self { return true }
    return false
  }
}

/// One edited row: where it lies, and both directions of every edit.
private struct PatternRow {
  let start: Int
  let keys: Int
  /// The row's rank among the edited rows.
  let rank: Int
  let visible: Range<Int>
  let reachable: Range<Int>

  func apply(_ action: PatternEdit.Action, to x: inout MutableSpan<Float>) {
    switch action {
    case .replace(let rows):
      rows.withSpan { for j in 0..<keys { x[start + j] = $0[rank * keys + j] } }
    case .uniform:
      for j in 0..<keys { x[start + j] = visible.contains(j) ? 1 / Float(visible.count) : 0 }
    case .reorder(let whole):
      let order = reached(whole)
      let old = (0..<keys).map { x[start + $0] }
      for j in 0..<keys { x[start + j] = old[order[j]] }
    case .scale(let edited, let factor):
      for j in edited { x[start + j] *= factor }
    case .knockOut(let removed, let renormalise):
      for j in removed { x[start + j] = 0 }
      if renormalise { normalise(&x, without: removed) }
    case .move(let from, let to):
      guard reachable.contains(to) else { return }
      var mass: Float = 0
      for j in from {
        mass += x[start + j]
        x[start + j] = 0
      }
      x[start + to] += mass
    case .pour(let from, let to):
      guard sees(to) else { return }
      let mass = sum(from, of: &x)
      for j in from { x[start + j] = 0 }
      for j in to { x[start + j] += mass / Float(to.count) }
    case .exchange(let pairs):
      for (first, second) in pairs where sees(first) && sees(second) {
        let masses = (sum(first, of: &x), sum(second, of: &x))
        for j in first { x[start + j] = masses.1 / Float(first.count) }
        for j in second { x[start + j] = masses.0 / Float(second.count) }
      }
    case .meanExchange(let first, let second):
      let (first, second) = (first.filter(sees), second.filter(sees))
      let masses = (sum(first.flatMap(\.self), of: &x), sum(second.flatMap(\.self), of: &x))
      let part = meanPart(first, second)
      for (sets, others, mass) in [(first, second, masses.1), (second, first, masses.0)] {
        for set in sets {
          for j in set {
            x[start + j] =
              (1 - part * Float(others.count)) * x[start + j] + part * mass / Float(set.count)
          }
        }
      }
    }
  }

  /// The part of a set's weight that goes to each set of the other side: with k and m sets, min(k, m)
  /// of each side change places, a set with each of the others equally often.
  private func meanPart(_ first: [[Int]], _ second: [[Int]]) -> Float {
    first.isEmpty || second.isEmpty ? 0 : 1 / Float(max(first.count, second.count))
  }

  /// What the row can carry out of an order: the cycles whose keys it reaches all; a key of any other
  /// cycle keeps its weight. Of two keys that change places it must reach both.
  private func reached(_ order: [Int]) -> [Int] {
    if reachable.count == keys { return order }
    var result = Array(0..<keys)
    var isDone = [Bool](repeating: false, count: keys)
    for first in 0..<keys where !isDone[first] {
      var cycle = [first]
      while order[cycle[cycle.count - 1]] != first { cycle.append(order[cycle[cycle.count - 1]]) }
      let isWhole = cycle.allSatisfy(reachable.contains)
      for key in cycle {
        isDone[key] = true
        if isWhole { result[key] = order[key] }
      }
    }
    return result
  }

  private func sees(_ keys: [Int]) -> Bool { keys.allSatisfy(reachable.contains) }

  private func sum(_ keys: [Int], of x: inout MutableSpan<Float>) -> Float {
    var sum: Float = 0
    for j in keys { sum += x[start + j] }
    return sum
  }

  private func normalise(_ x: inout MutableSpan<Float>, without removed: [Int]) {
    var left: Float = 0
    for j in 0..<keys { left += x[start + j] }
    if left > .leastNormalMagnitude {
      for j in 0..<keys { x[start + j] /= left }
    } else {
      let rest = visible.filter { !removed.contains($0) }
      for j in rest { x[start + j] = 1 / Float(rest.count) }
    }
  }

  /// Replaces the row's cotangent of the output by that of the input.
  func transpose(_ action: PatternEdit.Action, input: Tensor?, _ dy: inout MutableSpan<Float>) {
    switch action {
    case .replace, .uniform:
      for j in 0..<keys { dy[start + j] = 0 }
    case .reorder(let whole):
      let order = reached(whole)
      let old = (0..<keys).map { dy[start + $0] }
      for j in 0..<keys { dy[start + order[j]] = old[j] }
    case .scale(let edited, let factor):
      for j in edited { dy[start + j] *= factor }
    case .knockOut(let removed, let renormalise):
      if renormalise, let input { transposeNormalise(input, removed, &dy) }
      for j in removed { dy[start + j] = 0 }
    case .move(let from, let to):
      guard reachable.contains(to) else { return }
      let target = dy[start + to]
      for j in from { dy[start + j] = target }
    case .pour(let from, let to):
      guard sees(to) else { return }
      let share = sum(to, of: &dy) / Float(to.count)
      for j in from { dy[start + j] = share }
    case .exchange(let pairs):
      // y_first = Σ x_second / |first| each, so dx_second = Σ dy_first / |first| each.
      for (first, second) in pairs.reversed() where sees(first) && sees(second) {
        let means = (
          sum(first, of: &dy) / Float(first.count), sum(second, of: &dy) / Float(second.count)
        )
        for j in first { dy[start + j] = means.1 }
        for j in second { dy[start + j] = means.0 }
      }
    case .meanExchange(let first, let second):
      // y_j = (1 − m·p) x_j + p Σ x_others / |set|, so what comes back is the others' means.
      let (first, second) = (first.filter(sees), second.filter(sees))
      let means = [first, second].map { sets in
        sets.reduce(Float(0)) { $0 + sum($1, of: &dy) / Float($1.count) }
      }
      let part = meanPart(first, second)
      for (sets, others, mean) in [(first, second, means[1]), (second, first, means[0])] {
        for j in sets.joined() {
          dy[start + j] = (1 - part * Float(others.count)) * dy[start + j] + part * mean
        }
      }
    }
  }

  // y_j = x_j / s with s = Σ_kept x, so dx_j = (dy_j − Σ_kept dy ⊙ y) / s.
  private func transposeNormalise(
    _ input: Tensor, _ removed: [Int], _ dy: inout MutableSpan<Float>
  ) {
    let x = input.window(at: start, shape: [keys]).scalars
    let kept = (0..<keys).filter { !removed.contains($0) }
    let sum = kept.reduce(Float(0)) { $0 + x[$1] }
    guard sum > .leastNormalMagnitude else {
      for j in kept { dy[start + j] = 0 }
      return
    }
    let inner = kept.reduce(Float(0)) { $0 + dy[start + $1] * x[$1] / sum }
    for j in kept { dy[start + j] = (dy[start + j] - inner) / sum }
  }
}
