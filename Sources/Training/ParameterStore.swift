import Autodiff
import Models
import Tensors

/// The parameters of a model under training: copies that the optimizer alone changes.
///
/// The model itself is never touched; `tensors` is what a new, immutable one is made from.
package final class ParameterStore {
  /// One parameter and its place among all numbers.
  package struct Entry: Sendable {
    package let name: String
    package let shape: [Int]
    package let start: Int
    /// Whether the optimizer's decay applies.
    package let decays: Bool
    /// Whether a forward pass only looks rows up in it.
    package let isLookedUp: Bool

    var range: Range<Int> { start..<start + shape.reduce(1, *) }
    var segment: Adam.Segment { Adam.Segment(range, decays: decays) }
  }

  package let entries: [Entry]
  let values: MutableNumbers
  /// The parameters that every step changes as a whole.
  let whole: [Entry]
  /// The parameters of which a step changes some rows.
  let tables: [(entry: Entry, rows: DeferredRows)]

  /// Copies of `parameters`; one that is listed twice (tied weights) is kept once.
  ///
  /// - Parameters:
  ///   - undecayed: beginnings of names that do not decay while all others do; nil lets matrices
  ///     decay and nothing else (as in Devlin et al. 2019).
  ///   - lookedUp: names of parameters that a forward pass only looks rows up in.
  package init(
    copying parameters: [Parameter], undecayed: [String]? = nil, lookedUp: Set<String> = []
  ) {
    var (entries, tensors, known): ([Entry], [Tensor], Set<String>) = ([], [], [])
    var start = 0
    for parameter in parameters where known.insert(parameter.name).inserted {
      let shape = parameter.tensor.shape
      entries.append(
        Entry(
          name: parameter.name, shape: shape, start: start,
          decays: undecayed.map { !$0.contains(where: parameter.name.hasPrefix) }
            ?? (shape.count > 1), isLookedUp: lookedUp.contains(parameter.name)))
      tensors.append(parameter.tensor)
      start += parameter.tensor.count
    }
    self.entries = entries
    whole = entries.filter { !$0.isLookedUp }
    tables = entries.filter(\.isLookedUp).map {
      (
        $0,
        DeferredRows(start: $0.start, rows: $0.shape[0], width: $0.shape[1], decays: $0.decays)
      )
    }
    values = MutableNumbers(copying: tensors)
  }

  /// The parameters as they are now, in the order of `entries`.
  package func tensors() -> [(name: String, tensor: Tensor)] { tensors(in: values) }

  /// The numbers of `source`, which lies like the parameters, by name.
  func tensors(in source: MutableNumbers) -> [(name: String, tensor: Tensor)] {
    entries.map { ($0.name, source.copy(at: $0.start, shape: $0.shape)) }
  }

  /// Stand-ins for the model's weights in a forward pass, valid until the next step.
  func constants(of source: MutableNumbers) -> [String: Variable] {
    Dictionary(
      entries.map { ($0.name, .constant(source.view(at: $0.start, shape: $0.shape))) }
    ) { first, _ in first }
  }
}

/// The variables of one training step: whole parameters, and rows of tables.
struct StepVariables {
  let whole: [Variable]
  /// The rows that the step's texts use, in order of appearance, and their variable.
  let tables: [(ids: [Int], rows: Variable)]

  /// Watches what a step over some texts depends on; rows of tables must be up to date.
  init(_ store: ParameterStore, ids: [Int], on tape: Tape) {
    whole = store.whole.map { tape.watch(store.values.view(at: $0.start, shape: $0.shape)) }
    tables = store.tables.map { entry, _ in
      let table = store.values.view(at: entry.start, shape: entry.shape)
      return (ids, tape.watch(table.gatheringRows(ids)))
    }
  }

  /// The stand-ins in a request.
  func put(into request: inout Request, _ store: ParameterStore) {
    for (entry, variable) in zip(store.whole, whole) { request.parameters[entry.name] = variable }
    for ((entry, _), (ids, rows)) in zip(store.tables, tables) {
      let places = Dictionary(ids.enumerated().map { ($1, $0) }) { first, _ in first }
      request.tables[entry.name] = TableRows(rows: rows, places: places)
    }
  }
}
