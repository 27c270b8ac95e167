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
    /// The loss of the batch before the step, a text.
    package let loss: Double
    /// The length of the gradient over all parameters, before clipping.
    package let gradientLength: Double
    /// The share of the training that is done after the step.
    package let done: Double
  }

  package let model: Model
  package let options: TrainingOptions
  package let objective: any Objective
  package let parameters: ParameterStore
  package internal(set) var position = Position()
  let examples: [TrainingExample]
  /// The losses of the steps since the last evaluation.
  var losses: [Double] = []
  var optimizer: Adam
  /// The running average of the parameters; without averaging the parameters themselves.
  var average: MutableNumbers
  /// How many evaluations there were, and which of them was the best.
  var evaluations = (count: 0, best: 0)
  /// The best evaluation so far.
  package internal(set) var best: Fitted?
  /// What the examples are, and those that evaluations are made on, once a state is saved or read.
  lazy var data = identity(of: examples)
  var validation: String?
  private var batches: (pass: Int, indices: [[Int]])?

  /// - Parameters:
  ///   - names: the parameters that are trained, the others staying as they are; nil trains all.
  ///   - objective: what is minimised; nil means the cross-entropy against the examples' targets.
  /// - Throws: `unsupported` for a model that is not trained, `option` without an example or a parameter
  ///   to train, what the model's `validate` throws for an example, `memory`.
  package init(
    _ model: Model, _ examples: [TrainingExample], _ options: TrainingOptions,
    training names: Set<String>? = nil, objective: (any Objective)? = nil
  ) throws(AssayError) {
    try model.requireTrainable()
    try model.validate(training: examples)
    let trained = model.network.parameters.filter { names?.contains($0.name) ?? true }
    guard !trained.isEmpty else {
      throw AssayError(.option, "parameters", expected: "a parameter to train", found: "none")
    }
    // The parameters, their moments and average, the best of them, and the gradients.
    try Memory.require(
      4 * 7 * trained.reduce(0.0) { $0 + Double($1.tensor.count) }, for: "training")
    self.model = model
    self.examples = examples
    self.options = options
    self.objective = objective ?? Supervised(sums: options.sumsLosses)
    parameters = ParameterStore(
      copying: trained, undecayed: options.undecayed, lookedUp: model.network.lookedUp)
    optimizer = Adam(options.adam, count: parameters.values.count)
    average = options.averaging > 0 ? parameters.values.copy() : parameters.values
  }

  package var isFinished: Bool {
    let isStuck = options.patience.map { evaluations.count - evaluations.best >= $0 } ?? false
    return position.pass >= options.passes || (best != nil && isStuck)
  }

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
    let (loss, gradients) = try attempted(chosen, execution)
    let length = gradients.all.reduce(0.0) { $0 + $1.sumOfSquares }.squareRoot()
    guard loss.isFinite, length.isFinite else {
      throw AssayError(
        .numeric, "training step \(optimizer.steps)", expected: "a finite loss and gradient",
        found: "loss \(loss), gradient length \(length); lower the learning rate")
    }
    update(gradients, length: length, rate: rate, execution)
    advance()
    return Step(
      loss: options.sumsLosses ? loss / Double(chosen.count) : loss, gradientLength: length,
      done: done)
  }

  /// Moves the parameters and their average, wholly: work that was asked to stop leaves out what is left
  /// of it, and half of a step would be saved.
  func update(_ gradients: Gradients, length: Double, rate: Double, _ execution: Execution) {
    let scale = options.clip.map { length > $0 ? $0 / length : 1 } ?? 1
    let keep = options.averaging(at: optimizer.steps)
    let whole = execution.watched(by: nil)
    optimizer.step(
      parameters.values, parameters.whole.map(\.segment), gradients: gradients.whole,
      tables: zip(parameters.tables, gradients.tables).map { ($0.rows, $1.ids, $1.gradient) },
      rate: rate, scale: scale, whole)
    guard options.averaging > 0 else { return }
    bringUpToDate(execution: whole)
    average.move(toward: parameters.values, share: Float(1 - keep), whole)
  }

  /// The loss of some examples and its gradient; numbers that left their range are a step too far.
  private func attempted(
    _ chosen: [Int], _ execution: Execution
  ) throws(AssayError) -> (loss: Double, gradients: Gradients) {
    do throws(AssayError) {
      return try differentiate(chosen, execution)
    } catch {
      guard error.kind == .numeric else { throw error }
      throw AssayError(
        .numeric, "training step \(optimizer.steps), \(error.subject)", expected: error.expected,
        found: "\(error.found); lower the learning rate")
    }
  }

  /// The gradients of one step.
  struct Gradients {
    let whole: [Tensor]
    let tables: [(ids: [Int], gradient: Tensor)]

    var all: [Tensor] { whole + tables.map(\.gradient) }
  }

  /// The loss of some examples and its gradient with respect to every parameter that it uses.
  func differentiate(
    _ chosen: [Int], _ execution: Execution
  ) throws(AssayError) -> (loss: Double, gradients: Gradients) {
    let inputs = chosen.map(input)
    var seen = Set<Int>()
    let ids =
      parameters.tables.isEmpty
      ? [] : inputs.flatMap(\.ids).filter { seen.insert($0).inserted }
    bringUpToDate(ids, execution: execution)
    let tape = Tape(execution)
    let variables = StepVariables(parameters, ids: ids, on: tape)
    var request = Request()
    variables.put(into: &request, parameters)
    let demands = attentionDemands(of: chosen)
    request.keep = (options.penalty?.sites ?? []).union(objective.sites)
      .union(demands.map { .pattern($0.layer) })
    let interventions = chosen.map { examples[$0].interventions }
    request.interventions = interventions.allSatisfy(\.isEmpty) ? [] : interventions
    if options.dropout > 0 || options.patternDropout > 0 {
      request.dropout = Dropout(
        rate: options.dropout, patternRate: options.patternDropout,
        source: RandomSource(seed: options.seed, stream: "dropout of step \(optimizer.steps)"))
    }
    let run = try model.run(inputs, request, on: tape)
    var loss = try objective.loss(run, chosen, of: examples, on: tape)
    if let penalty = options.penalty {
      let withheld = chosen.map { examples[$0].withheld }
      loss = try penalty.added(to: loss, run, inputs, withheld: withheld, model.card, tape)
    }
    loss = try adding(demands, to: loss, run, tape)
    let gradients = try tape.gradients(
      of: loss, cotangent: .filled(1, [1]), to: variables.whole + variables.tables.map(\.rows))
    let whole = Array(gradients.prefix(variables.whole.count))
    return (
      Double(loss.value.scalars[0]),
      Gradients(
        whole: whole,
        tables: zip(variables.tables, gradients.dropFirst(whole.count)).map { ($0.ids, $1) })
    )
  }

  /// Lets rows of tables take the steps that they owe, some rows or all; a request to stop waits.
  func bringUpToDate(_ ids: [Int]? = nil, execution: Execution) {
    let whole = execution.watched(by: nil)
    for (_, rows) in parameters.tables {
      rows.bringUpToDate(ids, parameters.values, optimizer.moments, whole)
    }
  }

  /// An example's input, with words taken out if the options say so.
  private func input(_ index: Int) -> Input {
    guard let corruption = options.corruption else { return examples[index].input }
    var draw = RandomSource(seed: options.seed, stream: "words of pass \(position.pass)")
      .draw(index)
    return corruption(examples[index].input, &draw)
  }

  /// How many steps the current pass takes.
  var batchCount: Int { currentBatches.count }

  private var currentBatches: [[Int]] {
    if let batches, batches.pass == position.pass { return batches.indices }
    let lengths = examples.map(\.input.count)
    let source = RandomSource(seed: options.seed, stream: "order")
    let made =
      options.textsPerStep.map {
        Batches(lengths: lengths, size: $0, pass: position.pass, source: source)
      }
      ?? Batches(
        lengths: lengths, budget: options.tokensPerStep, pass: position.pass, source: source)
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
