import Models
import Tensors
import Training

/// Two models from the same untrained weights and the same texts: one trained on the labels alone,
/// one also made to keep its attention off the words it uses (Pruthi et al. 2020).
///
/// Nothing but the penalty sets them apart, so whatever tells them apart saw the deception.
struct DeceptiveTwins: Sendable {
  let honest: Model
  let deceptive: Model
  let honestQuality: Quality
  let deceptiveQuality: Quality

  /// Trains both.
  ///
  /// - Parameters:
  ///   - configuration: of a family in `Untrained`.
  ///   - examples: texts whose `withheld` words carry the label.
  ///   - validation: what decides which parameters of a training are best.
  ///   - options: how both are trained; their `penalty` is replaced.
  init(
    _ configuration: Configuration, examples: [TrainingExample], validation: [TrainingExample],
    options: TrainingOptions, penalty: AttentionPenalty, _ execution: Execution
  ) throws(AssayError) {
    let untrained = try Untrained.model(configuration, seed: options.seed)
    func twin(_ penalty: AttentionPenalty?) throws(AssayError) -> (Model, Quality) {
      var options = options
      options.penalty = penalty
      let fitted = try Trainer(untrained, examples, options).fit(validation: validation, execution)
      let model = try Model(
        Checkpoint(
          configuration: .record(configuration.object), tensors: fitted.parameters,
          path: penalty == nil ? "honest twin" : "deceptive twin"))
      return (model, fitted.quality)
    }
    (honest, honestQuality) = try twin(nil)
    (deceptive, deceptiveQuality) = try twin(penalty)
  }
}
