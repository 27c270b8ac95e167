import Foundation
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Training

/// The gradients that train attention classifiers, against torch's in double precision
/// (`Tests/Fixtures/training-classifiers`).
@Suite("Gradients of classifiers")
struct ClassifierGradientTests {
  static let names = [
    "attention-bilstm-additive", "attention-cnn-additive", "attention-average-dot",
  ]

  @Test("Loss and every parameter's gradient are torch's, in a ragged batch", arguments: names)
  func golden(name: String) throws {
    let file = try SafetensorsFile(
      Fixture.root + "/training-classifiers/expected.safetensors")
    let model = try Model.load(folder: Fixture.root + "/" + name)
    let layout = Ragged(lengths: try file.integers("lengths"))
    let ids = try file.integers("ids")
    let weights = try file.tensor("weights").scalars
    let labels = try file.tensor("labels").scalars
    let examples = (0..<layout.count).map { index in
      TrainingExample(
        input: Input(ids: Array(ids[layout.rows(index)]), vocabulary: Vocabulary(size: 29)),
        target: [1 - labels[index], labels[index]], weight: weights[index])
    }
    var options = TrainingOptions()
    (options.dropout, options.patternDropout, options.sumsLosses) = (0, 0, true)
    let trainer = try Trainer(model, examples, options)
    let (loss, gradients) = try trainer.differentiate([0, 1, 2], Execution(threads: 2))
    expectClose(loss, Double(try file.tensor("\(name).loss").scalars[0]), relative: 1e-5)
    for (entry, gradient) in zip(trainer.parameters.whole, gradients.whole) {
      expectCloseToLargest(
        gradient.scalars, try file.tensor("\(name).gradient.\(entry.name)").scalars,
        tolerance: 1e-4, entry.name)
    }
    let table = try file.tensor("\(name).gradient.embedding.weight")
    let rows = gradients.tables[0]
    expectCloseToLargest(
      rows.gradient.scalarsByRow(of: rows.ids, in: table.shape), table.scalars, tolerance: 1e-4,
      "embedding.weight")
  }
}

extension Tensor {
  /// Rows put where they belong among zeros.
  fileprivate func scalarsByRow(of ids: [Int], in shape: [Int]) -> [Float] {
    summedRows(ids, count: shape[0], Execution()).scalars
  }
}
