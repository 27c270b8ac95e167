/// How a training goes, where it is not decided by what is trained.
///
/// The same texts, plan and seed give the same bits on any number of threads.
public struct TrainingPlan: Sendable, Equatable {
  /// How much the texts of each label count.
  public enum ClassWeights: Sendable, Equatable {
    /// All texts alike.
    case none
    /// Every label as much as the first one (Jain & Wallace 2019).
    case balanced
    /// One weight a label, in the order of the labels.
    case each([Double])
  }

  /// What makes one epoch better than another.
  public enum Selection: Sendable, Equatable {
    /// More right labels on the validation texts.
    case accuracy
    /// The larger area under the ROC curve; of two labels only.
    case area
    /// The smaller loss on the training texts.
    case trainingLoss
  }

  /// Passes over the texts.
  public var epochs: Int
  /// Texts in a step.
  public var batchSize = 32
  /// The highest learning rate; nil takes the one that suits what is trained.
  public var learningRate: Double?
  /// The share of a weight that a step takes away.
  public var weightDecay: Double
  /// The share of activations and of attention weights that are set to zero.
  public var dropout: Double
  /// How much the texts of each label count.
  public var classWeights: ClassWeights
  /// What makes one epoch better than another; nil takes `area` for an attention classifier of two
  /// labels, and `accuracy`.
  public var selection: Selection?
  /// Ends after so many epochs without a better one; nil never does.
  public var patience: Int?
  /// A file in which the training is saved after every epoch and when it is stopped; where it exists the
  /// training goes on from it.
  public var state: String?

  /// As Jain & Wallace (2019) train attention classifiers.
  public static let attentionClassifier = TrainingPlan(
    epochs: 8, weightDecay: 1e-5, dropout: 0, classWeights: .balanced)

  /// Adam with decoupled weight decay on matrices, gradients clipped to length 1, a rate that rises over
  /// the first 6 % of the training and then falls to 0.
  public static let fineTuning = TrainingPlan(
    epochs: 3, weightDecay: 0.01, dropout: 0.1, classWeights: .none)
}
