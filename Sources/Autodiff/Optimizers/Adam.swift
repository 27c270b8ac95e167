import Kernels
import Tensors

/// Adam (Kingma & Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov & Hutter 2019) and,
/// if asked, the running maximum of AMSGrad (Reddi et al. 2018). Agrees with torch's `AdamW`, and with
/// coupled decay with its `Adam`.
///
/// Every element is updated on its own, so the result does not depend on the number of threads.
package final class Adam {
  /// What does not change from step to step.
  package struct Options: Sendable, Equatable {
    /// How much of the running mean of gradients is kept each step, in 0..<1.
    package var beta1 = 0.9
    /// How much of the running mean of squared gradients is kept each step, in 0..<1.
    package var beta2 = 0.999
    /// Added to the root of the second moment.
    package var epsilon = 1e-8
    /// The share of a decaying parameter that a step of rate 1 would remove.
    package var decay = 0.0
    /// Add decay · value to the gradient instead (torch's `Adam` with `weight_decay`): the optimizer's
    /// scaling then applies to the decay as well.
    package var couplesDecay = false
    /// Divide by the largest second moment so far instead of the present one.
    package var amsgrad = false

    package init() {}
  }

  /// One parameter's place among all numbers.
  package struct Segment: Sendable {
    package let range: Range<Int>
    package let decays: Bool

    package init(_ range: Range<Int>, decays: Bool = false) {
      self.range = range
      self.decays = decays
    }
  }

  package let options: Options
  /// How many steps have been taken.
  package private(set) var steps: Int
  /// The running means of gradients and squared gradients and, with AMSGrad, the largest of the
  /// latter.
  package let moments: [MutableNumbers]

  /// The state before the first step on `count` numbers.
  package init(_ options: Options, count: Int) {
    self.options = options
    steps = 0
    moments = (0..<(options.amsgrad ? 3 : 2)).map { _ in MutableNumbers(zeros: count) }
  }

  /// A state that was saved after `steps` steps.
  /// - Precondition: as many moments as the options need.
  package init(_ options: Options, steps: Int, moments: [MutableNumbers]) {
    precondition(moments.count == (options.amsgrad ? 3 : 2), "moments of other options")
    self.options = options
    self.steps = steps
    self.moments = moments
  }

  /// Takes one step on every segment, and on rows of tables.
  ///
  /// - Parameters:
  ///   - gradients: one a segment, with as many numbers.
  ///   - tables: tables of which some rows have a gradient; the others owe the step.
  ///   - scale: multiplies every gradient first (clipping).
  package func step(
    _ values: MutableNumbers, _ segments: [Segment], gradients: [Tensor],
    tables: [(table: DeferredRows, rows: [Int], gradients: Tensor)] = [], rate: Double,
    scale: Double = 1, _ execution: Execution
  ) {
    precondition(gradients.count == segments.count, "one gradient a segment")
    steps += 1
    for (segment, gradient) in zip(segments, gradients) {
      values.step(
        segment.range, gradient: gradient, first: moments[0], second: moments[1],
        largest: moments.count > 2 ? moments[2] : nil,
        constants(rate: rate, scale: scale, decays: segment.decays), execution)
    }
    for (table, rows, gradients) in tables {
      table.step(
        rows, gradients: gradients, values, moments,
        constants(rate: rate, scale: scale, decays: table.decays), execution)
    }
  }

  /// The factors of the step just counted.
  private func constants(rate: Double, scale: Double, decays: Bool) -> AdamConstants {
    AdamConstants(
      beta1: Float(options.beta1), beta2: Float(options.beta2),
      length: Float(rate / (1 - power(options.beta1, steps))),
      correction: Float(1 / (1 - power(options.beta2, steps)).squareRoot()),
      epsilon: Float(options.epsilon), gradient_scale: Float(scale),
      shrink: decays && !options.couplesDecay ? Float(1 - rate * options.decay) : 1,
      pull: decays && options.couplesDecay ? Float(options.decay) : 0)
  }

  /// base^exponent by squaring: the same bits wherever it runs.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
