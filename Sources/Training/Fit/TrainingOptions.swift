import Autodiff

/// How a model is trained. With the same options, data and seed the parameters come out the same to
/// the bit, on any number of threads.
package struct TrainingOptions: Sendable {
  /// Passes over the data.
  package var passes = 3
  /// The most tokens in a batch.
  package var tokensPerStep = 4096
  /// Batches of so many texts of similar length, however long they are; nil cuts by tokens.
  package var textsPerStep: Int?
  /// The highest learning rate.
  package var rate = 1e-3
  /// The share of the training in which the rate rises from 0; it then falls to 0 in a line.
  package var warmUp = 0.06
  /// Keep the rate where it is after the warm-up.
  package var holdsRate = false
  /// The settings of the optimizer.
  package var adam = Adam.Options()
  /// Beginnings of names of parameters that do not decay while all others do; nil lets matrices
  /// decay and nothing else.
  package var undecayed: [String]?
  /// Add the losses of a batch up rather than taking their mean.
  package var sumsLosses = false
  /// The largest length of a step's gradient over all parameters; nil leaves it as it is.
  package var clip: Double? = 1
  /// The share of activations set to zero, in 0..<1.
  package var dropout: Float = 0.1
  /// The share of attention weights set to zero, in 0..<1.
  package var patternDropout: Float = 0.1
  /// How words are taken out of training texts; nil leaves them in.
  package var corruption: Corruption?
  /// What keeps the read-out's attention off the examples' withheld words; nil leaves it alone.
  package var penalty: AttentionPenalty?
  /// How much the examples' demands on attention count beside the loss.
  package var attentionWeight = 1.0
  /// How much of the running average of parameters is kept each step; the average is what is
  /// evaluated and returned. 0 returns the parameters themselves.
  package var averaging = 0.999
  /// How often in a pass the model is evaluated.
  package var evaluationsPerPass = 2
  /// What makes one evaluation better than another.
  package var selection = Selection.accuracy
  /// So many evaluations at the start are never the best one.
  package var ignoredEvaluations = 0
  /// Ends the training after so many evaluations without a better one; nil never does.
  package var patience: Int?
  /// Of what everything random depends.
  package var seed: UInt64 = 0

  package init() {}

  /// By what evaluations are compared.
  package enum Selection: String, Sendable, CaseIterable {
    /// More right labels; among as many, less loss.
    case accuracy
    /// The larger area under the ROC curve; of two labels only.
    case area
    /// The smaller training loss since the evaluation before.
    case trainingLoss = "training_loss"
  }

  /// Everything a resumed training must agree on, as text.
  var summary: String {
    let penalty = self.penalty.map { "\($0.strength) in layers \($0.layers)" } ?? "none"
    let words = corruption?.summary ?? "none"
    return """
      passes \(passes), tokens \(tokensPerStep), rate \(rate), warm-up \(warmUp), \(adam), \
      clip \(clip.map { "\($0)" } ?? "none"), dropout \(dropout) \(patternDropout), corruption \(words), \
      penalty \(penalty), attention \(attentionWeight), averaging \(averaging), \
      evaluations \(evaluationsPerPass), seed \(seed), \
      texts \(textsPerStep.map(String.init) ?? "by tokens"), holds \(holdsRate), \
      undecayed \(undecayed?.joined(separator: " ") ?? "vectors"), sums \(sumsLosses), \
      selection \(selection), ignored \(ignoredEvaluations), \
      patience \(patience.map(String.init) ?? "none")
      """
  }

  /// The learning rate when `done` (0...1) of the training is done.
  package func rate(at done: Double) -> Double {
    if done < warmUp { return rate * done / warmUp }
    return holdsRate ? rate : rate * (1 - done) / (1 - warmUp)
  }

  /// The share of the average that is kept in step `step`, counted from 0: little at first, so that
  /// the starting values are soon forgotten.
  package func averaging(at step: Int) -> Double {
    min(averaging, Double(1 + step) / Double(10 + step))
  }
}
