import Autodiff

/// How a model is trained. With the same options, data and seed the parameters come out the same to
/// the bit, on any number of threads.
package struct TrainingOptions: Sendable {
  /// Passes over the data.
  package var passes = 3
  /// The most tokens in a batch.
  package var tokensPerStep = 4096
  /// The highest learning rate.
  package var rate = 1e-3
  /// The share of the training in which the rate rises from 0; it then falls to 0 in a line.
  package var warmUp = 0.06
  /// The settings of the optimizer.
  package var adam = Adam.Options()
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
  /// How much of the running average of parameters is kept each step; the average is what is
  /// evaluated and returned. 0 returns the parameters themselves.
  package var averaging = 0.999
  /// How often in a pass the model is evaluated.
  package var evaluationsPerPass = 2
  /// Of what everything random depends.
  package var seed: UInt64 = 0

  package init() {}

  /// Everything a resumed training must agree on, as text.
  var summary: String {
    let penalty = self.penalty.map { "\($0.strength) in layers \($0.layers)" } ?? "none"
    let words = corruption.map { "\($0.share) \($0.largest) \($0.replacements.count)" } ?? "none"
    return """
      passes \(passes), tokens \(tokensPerStep), rate \(rate), warm-up \(warmUp), \(adam), \
      clip \(clip.map { "\($0)" } ?? "none"), dropout \(dropout) \(patternDropout), corruption \(words), \
      penalty \(penalty),       averaging \(averaging), evaluations \(evaluationsPerPass), seed \(seed)
      """
  }

  /// The learning rate when `done` (0...1) of the training is done.
  package func rate(at done: Double) -> Double {
    done < warmUp ? rate * done / warmUp : rate * (1 - done) / (1 - warmUp)
  }

  /// The share of the average that is kept in step `step`, counted from 0: little at first, so that
  /// the starting values are soon forgotten.
  package func averaging(at step: Int) -> Double {
    min(averaging, Double(1 + step) / Double(10 + step))
  }
}
