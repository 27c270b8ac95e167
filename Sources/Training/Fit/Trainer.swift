import Autodiff
import Models
import Tensors

/// A training under way: the parameters, the optimizer, the average, and the next step.
///
/// A trainer belongs to one thread; its steps run in parallel inside. `Trainer+Saving.swift` writes
/// it down and picks it up again.
package final class Trainer {
  /// Where in the data the training stands.
  package struct Position: Sendable, Equatable {
    package var pass = 0
    package var batch = 0
  }

  /// What one step did.
  package struct Step: Sendable {
    /// The mean loss of the batch before the step.
    package let loss: Double
    /// The length of the gradient over all parameters, before clipping.
    package let gradientLength: Double
    /// The share of the training that is done after the step.
    package let done: Double
  }

  package let model: Model
  package let options: TrainingOptions
  package let parameters: ParameterStore
  package internal(set) var position = Position()
  let examples: [TrainingExample]
  /// The mean losses of the steps since the last evaluation.
  var losses: [Double] = []
  var optimizer: Adam
  var average: MutableNumbers
  /// The best evaluation so far.
  package internal(set) var best: Fitted?
  private var batches: (pass: Int, indices: [[Int]])?

  /// - Precondition: there is an example.
  package init(_ model: Model, _ examples: [TrainingExample], _ options: TrainingOptions) {
    precondition(!examples.isEmpty, "nothing to train on")
    self.model = model
    self.examples = examples
    self.options = options
    parameters = ParameterStore(copying: model.network.parameters)
    optimizer = Adam(options.adam, count: parameters.values.count)
    average = parameters.values.copy()
  }

  package var isFinished: Bool { position.pass >= options.passes }

  /// The share of the training that is done.
  package var done: Double {
    let count = currentBatches.count
    return (Double(position.pass) + Double(position.batch) / Double(max(count, 1)))
      / Double(options.passes)
  }

  /// Whether the last step ended one of the equal parts of a pass after which the model is
  /// evaluated.
  var isEvaluationDue: Bool {
    let parts = options.evaluationsPerPass
    guard parts > 0, optimizer.steps > 0 else { return false }
    let (batch, count) = (position.batch, currentBatches.count)
    return batch == 0 || batch * parts / count > (batch - 1) * parts / count
  }

  /// Takes the next step.
  /// - Throws: `numeric` when the loss is not a number, `cancelled`; the parameters are then those
  ///   before the step.
  package func step(_ execution: Execution) throws(AssayError) -> Step {
    let rate = options.rate(at: done)
    let chosen = currentBatches[position.batch]
    let (loss, gradients) = try differentiate(chosen, execution)
    let length = gradients.reduce(0.0) { $0 + $1.sumOfSquares }.squareRoot()
    guard loss.isFinite, length.isFinite else {
      throw AssayError(
        .numeric, "training step \(optimizer.steps)", expected: "a finite loss and gradient",
        found: "loss \(loss), gradient length \(length); lower the learning rate")
    }
    let scale = options.clip.map { length > $0 ? $0 / length : 1 } ?? 1
    let keep = options.averaging(at: optimizer.steps)
    optimizer.step(
      parameters.values, parameters.segments, gradients: gradients, rate: rate, scale: scale,
      execution)
    average.move(toward: parameters.values, share: Float(1 - keep), execution)
    advance()
    return Step(loss: loss, gradientLength: length, done: done)
  }

  /// The loss of some examples and its gradient with respect to every parameter.
  func differentiate(
    _ chosen: [Int], _ execution: Execution
  ) throws(AssayError) -> (loss: Double, gradients: [Tensor]) {
    let tape = Tape(execution)
    let variables = parameters.variables(of: parameters.values, watchedBy: tape)
    var request = Request()
    request.parameters = parameters.named(variables)
    request.dropout = Dropout(
      rate: options.dropout, patternRate: options.patternDropout,
      source: RandomSource(seed: options.seed, stream: "dropout of step \(optimizer.steps)"))
    request.keep = options.penalty?.sites ?? []
    let inputs = chosen.map(input)
    let run = try model.run(inputs, request, on: tape)
    var loss = try tape.apply(
      CrossEntropy(
        targets: Tensor(
          chosen.flatMap { examples[$0].target }, shape: [chosen.count, model.card.scoreCount]),
        weights: chosen.map { examples[$0].weight }), [run.output])
    if let penalty = options.penalty {
      let withheld = chosen.map { examples[$0].withheld }
      loss = try penalty.added(to: loss, run, inputs, withheld: withheld, model.card, tape)
    }
    let gradients = try tape.gradients(
      of: loss, cotangent: .filled(1, [1]), to: variables)
    return (Double(loss.value.scalars[0]), gradients)
  }

  /// An example's input, with words taken out if the options say so.
  private func input(_ index: Int) -> Input {
    guard let corruption = options.corruption else { return examples[index].input }
    var draw = RandomSource(seed: options.seed, stream: "words of pass \(position.pass)")
      .draw(index)
    return corruption(examples[index].input, &draw)
  }

  private var currentBatches: [[Int]] {
    if let batches, batches.pass == position.pass { return batches.indices }
    let made = Batches(
      lengths: examples.map(\.input.count), budget: options.tokensPerStep, pass: position.pass,
      source: RandomSource(seed: options.seed, stream: "order"))
    batches = (position.pass, made.indices)
    return made.indices
  }

  private func advance() {
    position.batch += 1
    if position.batch == currentBatches.count {
      position = Position(pass: position.pass + 1, batch: 0)
    }
  }
}

extension Tensor {
  /// Σ x², in double precision, in ascending order.
  fileprivate var sumOfSquares: Double {
    withSpan { x in
      var sum = 0.0
      for index in x.indices { sum += Double(x[index]) * Double(x[index]) }
      return sum
    }
  }
}
