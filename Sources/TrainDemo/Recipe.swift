import Training

/// How the demo model is trained. The architecture is in its config.json, the targets of phrases in
/// tools/train_demo.py; the model card repeats these numbers in words.
enum Recipe {
  static func options(seed: UInt64, tokens: [Int]) -> TrainingOptions {
    var options = TrainingOptions()
    options.passes = 3
    options.tokensPerStep = 2048
    options.rate = 2e-3
    options.warmUp = 0.06
    options.adam.beta2 = 0.98
    options.adam.decay = 0.01
    options.dropout = 0.2
    options.patternDropout = 0.1
    options.corruption = Corruption(share: 0.5, largest: 0.4, replacements: tokens)
    options.averaging = 0.999
    options.evaluationsPerPass = 4
    options.seed = seed
    return options
  }
}
