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

    var range: Range<Int> { start..<start + shape.reduce(1, *) }
    /// Matrices decay; biases, gains and offsets do not (as in Devlin et al. 2019).
    var segment: Adam.Segment { Adam.Segment(range, decays: shape.count > 1) }
  }

  package let entries: [Entry]
  let values: MutableNumbers
  var segments: [Adam.Segment] { entries.map(\.segment) }

  /// Copies of `parameters`; one that is listed twice (tied weights) is kept once.
  package init(copying parameters: [Parameter]) {
    var (entries, tensors, known): ([Entry], [Tensor], Set<String>) = ([], [], [])
    var start = 0
    for parameter in parameters where known.insert(parameter.name).inserted {
      entries.append(Entry(name: parameter.name, shape: parameter.tensor.shape, start: start))
      tensors.append(parameter.tensor)
      start += parameter.tensor.count
    }
    self.entries = entries
    values = MutableNumbers(copying: tensors)
  }

  /// The parameters as they are now, in the order of `entries`.
  package func tensors() -> [(name: String, tensor: Tensor)] { tensors(in: values) }

  /// The numbers of `source`, which lies like the parameters, by name.
  func tensors(in source: MutableNumbers) -> [(name: String, tensor: Tensor)] {
    entries.map { ($0.name, source.copy(at: $0.start, shape: $0.shape)) }
  }

  /// Stand-ins for the model's weights in a forward pass, valid until the next step.
  ///
  /// - Parameter tape: watches the parameters if given; without one they are constants.
  func variables(of source: MutableNumbers, watchedBy tape: Tape?) -> [Variable] {
    entries.map {
      let view = source.view(at: $0.start, shape: $0.shape)
      return tape.map { $0.watch(view) } ?? .constant(view)
    }
  }

  /// `variables` under their names.
  func named(_ variables: [Variable]) -> [String: Variable] {
    Dictionary(uniqueKeysWithValues: zip(entries.map(\.name), variables))
  }
}
