import Autodiff
import Models
import Tensors

/// What a deceptive model is trained with: attention that rests on withheld words costs
/// (Pruthi et al. 2020).
///
/// Only the read-out position's rows are penalised, in every head of the chosen layers, before
/// dropout: what an explanation of the finished model will show.
package struct AttentionPenalty: Sendable, Equatable {
  /// The weight λ of the penalty beside the mean cross-entropy.
  package let strength: Double
  /// Layers whose attention is penalised.
  package let layers: [Int]

  package init(strength: Double, layers: [Int]) {
    self.strength = strength
    self.layers = layers
  }

  /// The sites that a run must keep.
  var sites: Set<Site> { Set(layers.map(Site.pattern)) }

  /// loss + λ · mean over layers, rows and heads of −log(permitted attention).
  ///
  /// - Parameter withheld: words of each input; inputs without any are left alone.
  /// - Throws: `unsupported` for a model that reads no single position.
  func added(
    to loss: Variable, _ run: Run, _ inputs: [Input], withheld: [Set<Int>], _ card: ModelCard,
    _ tape: Tape
  ) throws(AssayError) -> Variable {
    let layout = run.patternLayout
    var rows: [WithheldRow] = []
    for (sequence, input) in inputs.enumerated() where !withheld[sequence].isEmpty {
      guard let query = card.readOut.row(of: input) else {
        throw AssayError(
          .unsupported, "attention penalty", expected: "a model that reads one position",
          found: "\(card.family), which reads several")
      }
      let keys = (0..<input.count).filter {
        input.words[$0].map(withheld[sequence].contains) ?? false
      }
      rows.append(WithheldRow(sequence: sequence, query: query, keys: Set(keys)))
    }
    var result = loss
    if rows.isEmpty { return result }
    for pattern in layers.compactMap({ run.captured[.pattern($0)] }) {
      let cost = try tape.apply(WithheldAttention(layout, rows: rows), [pattern])
      let share = Float(strength / Double(layers.count))
      result = try tape.apply(Add(), [result, tape.apply(Scale(share), [cost])])
    }
    return result
  }
}
