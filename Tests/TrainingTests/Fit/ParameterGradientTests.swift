import Autodiff
import Models
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Parameter gradients")
struct ParameterGradientTests {
  @Test("Loss and every parameter's gradient are torch's, in a ragged batch with soft targets")
  func golden() throws {
    let golden = try GoldenTraining()
    let targets = try golden.file.tensor("targets")
    let weights = try golden.file.tensor("weights").scalars
    let vocabulary = Vocabulary(size: 53)
    let examples = try golden.texts().enumerated().map { index, ids in
      TrainingExample(
        input: Input(ids: ids, vocabulary: vocabulary),
        target: targets.slices(index..<index + 1).scalars, weight: weights[index])
    }
    var options = TrainingOptions()
    (options.dropout, options.patternDropout) = (0, 0)
    let trainer = try Trainer(golden.model, examples, options)
    let (loss, parts) = try trainer.differentiate(Array(examples.indices), Execution())
    let gradients = parts.all
    expectClose(loss, Double(try golden.file.tensor("loss").scalars[0]), relative: 1e-5)
    #expect(trainer.parameters.entries.count == gradients.count)
    // Single precision against double: errors follow the largest of the sums' terms.
    for (entry, gradient) in zip(trainer.parameters.entries, gradients) {
      let expected = try golden.file.tensor("gradient.\(entry.name)")
      #expect(gradient.shape == expected.shape)
      if entry.name.hasSuffix("attention.self.key.bias") {
        // Zero in exact arithmetic: a shift of all keys moves every score of a row alike.
        expectClose(gradient.scalars, expected.scalars, absolute: 1e-5, entry.name)
      } else {
        expectCloseToLargest(gradient.scalars, expected.scalars, tolerance: 1e-4, entry.name)
      }
    }
  }

  @Test(
    "Six steps of each optimizer follow torch's AdamW", arguments: ["adam", "adamw", "amsgrad"])
  func trajectories(name: String) throws {
    let file = try GoldenTraining().file
    let start = try file.tensor("optimizer.start")
    let gradients = try file.tensor("optimizer.gradients")
    let expected = try file.tensor("optimizer.\(name)")
    var options = Adam.Options()
    switch name {
    case "adamw": (options.decay, options.beta1, options.beta2) = (0.1, 0.8, 0.95)
    case "amsgrad": (options.decay, options.amsgrad) = (0.02, true)
    default: break
    }
    let numbers = MutableNumbers(copying: [start])
    let adam = Adam(options, count: start.count)
    for step in 0..<gradients.shape[0] {
      adam.step(
        numbers, [.init(0..<start.count, decays: true)],
        gradients: [gradients.slices(step..<step + 1)], rate: 0.05, Execution())
      expectClose(
        numbers.copy(at: 0, shape: [start.count]).scalars,
        expected.slices(step..<step + 1).scalars, relative: 1e-5, absolute: 1e-6, "step \(step)")
    }
  }
}
