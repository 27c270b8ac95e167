import Models
import Tensors
import Training
import Values

/// A model that was trained, with the way there.
public struct TrainedModel: Sendable {
  /// How the model did on the validation texts after an epoch.
  public struct Evaluation: Sendable, Equatable {
    /// The share of the training, from 0 to 1.
    public let done: Double
    /// The share of right labels.
    public let accuracy: Double
    /// The area under the ROC curve; nil unless there are two labels.
    public let area: Double?
    /// The mean of −log p(right label) on the validation texts.
    public let loss: Double
    /// The training loss a text since the evaluation before.
    public let trainingLoss: Double
    /// Whether it was the best so far.
    public let isBest: Bool

    init(_ evaluation: Trainer.Evaluation) {
      done = evaluation.done
      accuracy = evaluation.quality.accuracy
      area = evaluation.quality.area
      loss = evaluation.quality.loss
      trainingLoss = evaluation.loss
      isBest = evaluation.isBest
    }
  }

  /// The model; it can be asked whatever any other can.
  public let model: Model
  /// Every evaluation of the training, in order.
  public let history: [Evaluation]
  /// What stands beside the weights in the model's folder.
  let files: [(name: String, bytes: [UInt8])]

  /// Writes the folder of the model, which ``Models/Model/load(_:mapped:precision:)`` and Python open.
  ///
  /// - Parameter folder: one that exists, and not the one that the model's weights are mapped from.
  /// - Throws: `checkpoint` for a place that cannot be written.
  public func save(_ folder: String) throws(AssayError) {
    try SafetensorsFile.write(
      model.network.parameters.map { ($0.name, $0.tensor) },
      metadata: [(key: "format", value: "pt")], to: folder + "/model.safetensors")
    for (name, bytes) in files {
      var file = try AtomicFile(folder + "/" + name)
      try file.write(bytes)
      try file.commit()
    }
  }
}
