import Kernels
import Tensors

/// A value in a computation: a tensor and, when something it depends on is watched, its place on
/// the tape.
package struct Variable: Sendable {
  package let value: Tensor
  /// The node that made the value; nil for a constant.
  let node: Int?

  /// A value that no gradient reaches.
  package static func constant(_ value: consuming Tensor) -> Variable {
    Variable(value: value, node: nil)
  }

  package var isConstant: Bool { node == nil }
  package var shape: [Int] { value.shape }
}

/// The record of one computation, from which gradients are swept backwards.
///
/// Only steps that depend on a watched value are recorded; a computation that watches nothing
/// keeps nothing. A tape belongs to one call and is not shared between threads.
package final class Tape {
  private struct Node {
    let operation: (any Operation)?
    let parents: [Int?]
    let record: TapeEntry
  }

  package let execution: Execution
  /// Whether records hold all inputs and outputs, for rules that read more than the pullbacks do.
  private let keepsEverything: Bool
  private var nodes: [Node] = []
  /// The execution's, which every step asks.
  private let poll: Poll?

  package init(_ execution: Execution, keepsEverything: Bool = false) {
    self.execution = execution
    poll = execution.parallel.poll
    self.keepsEverything = keepsEverything
  }

  /// Starts a gradient path at `value`.
  package func watch(_ value: Tensor) -> Variable {
    nodes.append(
      Node(operation: nil, parents: [], record: TapeEntry(inputs: [], output: value, saved: [])))
    return Variable(value: value, node: nodes.count - 1)
  }

  /// The variable itself if a gradient path runs through it, else a new path that starts here.
  package func watched(_ variable: Variable) -> Variable {
    variable.isConstant ? watch(variable.value) : variable
  }

  /// Applies `operation`, recording it when an input is on the tape.
  /// - Throws: `cancelled` when the caller has asked to stop.
  package func apply(
    _ operation: some Operation, _ inputs: [Variable]
  ) throws(AssayError) -> Variable {
    if let poll, !poll.check() { throw .cancelled }
    let values = inputs.map(\.value)
    guard inputs.contains(where: { !$0.isConstant }) else {
      let output = operation.forward(values, saving: false, execution).output
      if let poll, poll.isCancelled { throw .cancelled }
      return .constant(output)
    }
    let forward = operation.forward(values, saving: true, execution)
    if let poll, poll.isCancelled { throw .cancelled }
    let tracked = inputs.map { !$0.isConstant }
    let reads =
      keepsEverything
      ? Reads(inputs: tracked.map { _ in true }, output: true) : operation.reads(tracked: tracked)
    nodes.append(
      Node(
        operation: operation, parents: inputs.map(\.node),
        record: TapeEntry(
          inputs: values, output: forward.output, saved: forward.saved, keeping: reads)))
    return Variable(value: forward.output, node: nodes.count - 1)
  }

  /// The gradients of Σ cotangent·output with respect to each of `sources`, computing nothing that
  /// no source needs. A source that the output does not depend on has gradient zero.
  /// - Parameter cotangent: has the shape of `output`.
  /// - Throws: `cancelled` when the caller has asked to stop, `unsupported` for an operation that
  ///   `rules` has no rule for.
  package func gradients(
    of output: Variable, cotangent: Tensor, to sources: [Variable],
    rules: PullbackRules = PullbackRules()
  ) throws(AssayError) -> [Tensor] {
    precondition(cotangent.shape == output.shape, "a cotangent has the shape of its value")
    precondition(rules.isEmpty || keepsEverything, "other rules may read what is not kept")
    let wanted = Set(sources.compactMap(\.node))
    guard let last = output.node, let first = wanted.min(), last >= first else {
      return sources.map { .zeros($0.shape) }
    }
    var cotangents = [Tensor?](repeating: nil, count: last + 1)
    cotangents[last] = cotangent
    let needed = reachable(from: wanted, through: last)
    for index in stride(from: last, through: first, by: -1) where needed[index] {
      if let poll, !poll.check() { throw .cancelled }
      try sweep(index, needed, keeping: wanted, &cotangents, rules)
    }
    if let poll, poll.isCancelled { throw .cancelled }
    return sources.map { source in
      source.node.flatMap { $0 > last ? nil : cotangents[$0] } ?? .zeros(source.shape)
    }
  }

  /// Which nodes up to `last` depend on a wanted one.
  private func reachable(from wanted: Set<Int>, through last: Int) -> [Bool] {
    var needed = [Bool](repeating: false, count: last + 1)
    for index in 0...last {
      needed[index] =
        wanted.contains(index) || nodes[index].parents.contains { $0.map { needed[$0] } ?? false }
    }
    return needed
  }

  /// Hands one node's cotangent on to its parents.
  private func sweep(
    _ index: Int, _ needed: [Bool], keeping wanted: Set<Int>, _ cotangents: inout [Tensor?],
    _ rules: PullbackRules
  ) throws(AssayError) {
    guard let operation = nodes[index].operation, let cotangent = cotangents[index] else { return }
    if !wanted.contains(index) { cotangents[index] = nil }
    let parents = nodes[index].parents
    let flags = parents.map { $0.map { needed[$0] } ?? false }
    guard flags.contains(true) else { return }
    let pulled = try rules.pullback(
      operation, nodes[index].record, cotangent, wanted: flags, execution)
    for (place, parent) in parents.enumerated() {
      guard let parent, needed[parent], let part = pulled[place] else { continue }
      cotangents[parent] = cotangents[parent].map { $0.adding(part, execution) } ?? part
    }
  }
}
