import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autodiff

/// Every operation's pullback against central differences of its own forward step, over random
/// shapes. Forward values are float32, so the step is large and the bound is 1 % of the largest.
@Suite struct PullbackTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operation
    let shapes: [[Int]]
    /// Inputs that have a gradient.
    let wanted: [Bool]
    var positive = false
    var step: Float = 1.0 / 128
  }

  static let ragged = PatternLayout(
    heads: 2, queries: Ragged(lengths: [3, 1, 5]), keys: Ragged(lengths: [3, 1, 5]))
  static let oneQuery = PatternLayout(
    heads: 1, queries: Ragged(lengths: [1, 1, 1]), keys: Ragged(lengths: [4, 2, 4]))
  static let readOut = PatternLayout(
    heads: 3, queries: Ragged(lengths: [1, 1]), keys: Ragged(lengths: [4, 2]))

  static let edits: [PatternEdit] = [
    PatternEdit(
      sequence: 0, head: 0, queries: nil, action: .knockOut(keys: [1], renormalise: true)),
    PatternEdit(sequence: 0, head: 0, queries: [0], action: .move(keys: [0], to: 2)),
    PatternEdit(sequence: 0, head: 1, queries: [2], action: .uniform),
    PatternEdit(sequence: 2, head: 0, queries: [1, 3], action: .reorder([4, 0, 1, 3, 2])),
    PatternEdit(
      sequence: 2, head: 0, queries: nil, action: .exchange([(first: [0, 1], second: [3])])),
    PatternEdit(
      sequence: 2, head: 1, queries: [1, 2],
      action: .meanExchange(first: [[0], [1]], second: [[2, 3], [4]])),
    PatternEdit(sequence: 2, head: 0, queries: [4], action: .pour(keys: [0], to: [2, 4])),
    PatternEdit(sequence: 2, head: 1, queries: nil, action: .scale(keys: [0, 4], factor: 0.25)),
    PatternEdit(
      sequence: 2, head: 1, queries: [0], action: .knockOut(keys: [2], renormalise: false)),
    PatternEdit(
      sequence: 2, head: 1, queries: [4],
      action: .replace(Tensor([0.2, 0.2, 0.2, 0.2, 0.2], shape: [1, 5]))),
  ]

  static let cases: [Case] =
    [Activation.identity, .geluErf, .geluTanh, .tanh, .sigmoid, .silu].flatMap { activation in
      [WeightLayout.outputByInput, .inputByOutput].map { layout in
        Case(
          testDescription: "linear \(activation) \(layout)",
          operation: Linear(layout: layout, activation: activation, panels: nil),
          shapes: [[7, 5], layout == .outputByInput ? [3, 5] : [5, 3], [3]],
          wanted: [true, true, true])
      }
    } + [
      Case(
        testDescription: "add", operation: Add(), shapes: [[4, 3], [4, 3]], wanted: [true, true]),
      Case(
        testDescription: "multiply", operation: Multiply(), shapes: [[4, 3], [4, 3]],
        wanted: [true, true]),
      Case(
        testDescription: "mean rows", operation: MeanRows(Ragged(lengths: [3, 1])),
        shapes: [[4, 5]], wanted: [true]),
      Case(
        testDescription: "columns of every head",
        operation: Columns(ColumnBlocks(start: 2, width: 2, stride: 6, count: 2)),
        shapes: [[3, 12]], wanted: [true]),
      Case(
        testDescription: "repeat heads", operation: RepeatHeads(width: 3, repeats: 2),
        shapes: [[4, 6]], wanted: [true]),
      Case(
        testDescription: "rotate",
        operation: Rotate(
          Rotation(
            headWidth: 5, cosines: Tensor([1, 0.6, 0, -0.8], shape: [2, 2]),
            sines: Tensor([0, 0.8, 1, 0.6], shape: [2, 2]), positions: [1, 0, 1])),
        shapes: [[3, 10]], wanted: [true]),
      Case(
        testDescription: "disentangled scores",
        operation: DisentangledScores(
          ragged, RelativeDistances(buckets: 4, longest: 5), scale: 0.5,
          terms: [.contentToPosition, .positionToContent]),
        shapes: [[9, 8], [9, 8], [24, 8], [24, 8]], wanted: [true, true, true, true]),
      Case(
        testDescription: "softmax of scores", operation: SoftmaxPattern(ragged),
        shapes: [[ragged.total]], wanted: [true]),
      Case(
        testDescription: "withheld attention",
        operation: WithheldAttention(
          ragged,
          rows: [
            WithheldRow(sequence: 0, query: 0, keys: [1]),
            WithheldRow(sequence: 2, query: 4, keys: [0, 2, 3]),
          ]),
        shapes: [[ragged.total]], wanted: [true], positive: true),
      Case(
        testDescription: "root mean square norm", operation: RMSNorm(epsilon: 1e-3),
        shapes: [[19], [4, 19]], wanted: [true, true]),
      Case(
        testDescription: "root mean square norm of every head, with a gain that starts at one",
        operation: RMSNorm(epsilon: 1e-3, startsAtOne: true), shapes: [[5], [4, 15]],
        wanted: [true, true]),
      Case(
        testDescription: "biased scores",
        operation: BiasedScores(
          ragged, RelativeDistances(eachWay: 4, longest: 4), scale: 0.5),
        shapes: [[9, 8], [9, 8], [8, 2]], wanted: [true, true, true]),
      Case(
        testDescription: "stack rows", operation: StackRows(), shapes: [[2, 3], [1, 3], [4, 3]],
        wanted: [true, true, true]),
      Case(testDescription: "scale", operation: Scale(-1.5), shapes: [[2, 3, 2]], wanted: [true]),
      Case(
        testDescription: "activate", operation: Activate(.geluErf), shapes: [[33]], wanted: [true]),
      Case(
        testDescription: "gather", operation: Gather([2, 0, 2, 1]), shapes: [[3, 4]], wanted: [true]
      ),
      Case(
        testDescription: "replace rows",
        operation: ReplaceRows([1], with: Tensor([1, 2, 3], shape: [1, 3])), shapes: [[3, 3]],
        wanted: [true]),
      Case(
        testDescription: "layer norm", operation: LayerNorm(epsilon: 1e-5),
        shapes: [[19], [19], [4, 19]], wanted: [true, true, true]),
      Case(
        testDescription: "layer norm with residual", operation: LayerNorm(epsilon: 1e-3),
        shapes: [[6], [6], [5, 6], [5, 6]], wanted: [true, true, true, true]),
      Case(
        testDescription: "attention pattern",
        operation: AttentionPattern(ragged, scale: 0.7, mask: .none), shapes: [[9, 8], [9, 8]],
        wanted: [true, true]),
      Case(
        testDescription: "causal attention pattern",
        operation: AttentionPattern(ragged, scale: 0.7, mask: .causal), shapes: [[9, 8], [9, 8]],
        wanted: [true, true]),
      Case(
        testDescription: "local attention pattern",
        operation: AttentionPattern(ragged, scale: 0.7, mask: .window(reach: 1)),
        shapes: [[9, 8], [9, 8]], wanted: [true, true]),
      Case(
        testDescription: "attention mix", operation: AttentionMix(ragged),
        shapes: [[ragged.total], [9, 8]], wanted: [true, true]),
      Case(
        testDescription: "attention of read-out rows",
        operation: Attention(readOut, scale: 0.5, mask: .none),
        shapes: [[2, 6], [6, 6], [6, 6]],
        wanted: [true, true, true]),
      Case(
        testDescription: "fused attention", operation: Attention(ragged, scale: 0.5, mask: .causal),
        shapes: [[9, 8], [9, 8], [9, 8]], wanted: [true, true, true]),
      Case(
        testDescription: "edit pattern",
        operation: EditPattern(ragged, mask: .none, edits: edits), shapes: [[ragged.total]],
        wanted: [true], positive: true),
      Case(
        testDescription: "edit causal pattern",
        operation: EditPattern(ragged, mask: .causal, edits: edits), shapes: [[ragged.total]],
        wanted: [true], positive: true),
      Case(
        testDescription: "dropout",
        operation: DropOut(rate: 0.4, draw: 3, source: RandomSource(seed: 5, stream: "d")),
        shapes: [[5, 9]], wanted: [true]),
      Case(
        testDescription: "bidirectional LSTM",
        operation: BidirectionalLSTM(
          Ragged(lengths: [2, 4, 1, 4]), rows: [0, 2, 1, 0, 3, 3, 4, 4, 1, 0, 5], panels: nil),
        shapes: [
          [6, 5], [12, 5], [12, 3], [12], [12], [12, 5], [12, 3], [12], [12],
        ], wanted: Array(repeating: true, count: 9)),
      Case(
        testDescription: "ragged convolution",
        operation: RaggedConvolution(Ragged(lengths: [2, 5, 1]), rows: [0, 2, 1, 0, 3, 3, 4, 4]),
        shapes: [[5, 6], [4, 6, 1], [4], [4, 6, 3], [4], [4, 6, 5], [4]],
        wanted: Array(repeating: true, count: 7), step: 1.0 / 1024),
      Case(
        testDescription: "output distance",
        operation: OutputDistance(from: Tensor([0.2, 0.3, 0.5, 0.9, 0.05, 0.05], shape: [2, 3])),
        shapes: [[2, 3]], wanted: [true]),
      Case(
        testDescription: "attention divergence",
        operation: AttentionDivergence(from: Tensor([0.2, 0.8, 0, 0.5, 0.5], shape: [5])),
        shapes: [[5]], wanted: [true], positive: true),
      Case(
        testDescription: "attention weights",
        operation: AttentionWeights(oneQuery, mask: .inner), shapes: [[10, 1]], wanted: [true]),
      Case(
        testDescription: "cross-entropy",
        operation: CrossEntropy(
          targets: Tensor([1, 0, 0, 0.5, 0.5, 0], shape: [2, 3]), weights: [1, 3]),
        shapes: [[2, 3]], wanted: [true]),
      Case(
        testDescription: "attention share",
        operation: AttentionShare(
          PatternLayout(
            heads: 2, queries: Ragged(lengths: [2, 3]), keys: Ragged(lengths: [2, 3])),
          demands: [
            .init(sequence: 0, queries: nil, keys: [1], share: 0.4),
            .init(sequence: 1, queries: [2], keys: [0], share: 0),
          ]), shapes: [[26]], wanted: [true], positive: true),
    ]

  /// Oracle: the names in the sources. An operation that is added has its case.
  @Test func everyOperationHasACase() throws {
    #expect(Set(Self.cases.map(\.operation.name)) == (try operationNames()))
  }

  @Test(arguments: cases)
  func aPullbackEqualsCentralDifferences(_ test: Case) {
    let execution = Execution(threads: 2)
    var numbers = RandomSource(seed: 17, stream: test.testDescription).draw(0)
    func random(_ shape: [Int]) -> Tensor {
      Tensor(
        (0..<shape.reduce(1, *)).map { _ in
          Float(test.positive ? 0.1 + 0.8 * numbers.uniform() : 2 * numbers.uniform() - 1)
        }, shape: shape)
    }
    let inputs = test.shapes.map(random)
    let forward = test.operation.forward(inputs, saving: true, execution)
    let cotangent = random(forward.output.shape)
    let parts = test.operation.pullback(
      TapeEntry(
        inputs: inputs, output: forward.output, saved: forward.saved,
        keeping: test.operation.reads(tracked: test.wanted)), cotangent, wanted: test.wanted,
      execution)

    func value(_ inputs: [Tensor]) -> Double {
      let output = test.operation.forward(inputs, saving: false, execution).output
      return zip(output.scalars, cotangent.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let step = test.step
    for (index, input) in inputs.enumerated() where test.wanted[index] {
      let expected = (0..<input.count).map { element -> Double in
        var sides: [Double] = []
        for sign in [Float(1), -1] {
          var changed = inputs
          changed[index] = input.edited { $0[element] += sign * step }
          sides.append(value(changed))
        }
        return (sides[0] - sides[1]) / Double(2 * step)
      }
      expectCloseToLargest(
        parts[index]?.scalars ?? [], expected, tolerance: 0.01, "input \(index)")
    }
  }

  @Test(arguments: cases)
  func anInputThatIsNotWantedIsNotComputedForNothing(_ test: Case) {
    let execution = Execution()
    let inputs = test.shapes.map { Tensor.filled(0.5, $0) }
    let forward = test.operation.forward(inputs, saving: true, execution)
    for index in inputs.indices where inputs.count > 1 {
      var wanted = inputs.map { _ in false }
      wanted[index] = true
      let parts = test.operation.pullback(
        TapeEntry(inputs: inputs, output: forward.output, saved: forward.saved), forward.output,
        wanted: wanted, execution)
      #expect(parts[index]?.shape == inputs[index].shape)
    }
  }
}

@Suite struct TapeTests {
  let execution = Execution()

  /// Oracle: d(x + x)/dx = 2.
  @Test func aValueUsedTwiceReceivesBothCotangents() throws {
    let tape = Tape(execution)
    let x = tape.watch(Tensor([3, 4], shape: [2]))
    let y = try tape.apply(Add(), [x, x])
    let gradient = try tape.gradients(of: y, cotangent: .filled(1, [2]), to: [x])
    #expect(gradient[0].scalars == [2, 2])
  }

  @Test func constantsAreNotRecordedAndHaveNoGradient() throws {
    let tape = Tape(execution)
    let constant = Variable.constant(Tensor([1], shape: [1]))
    let y = try tape.apply(Scale(2), [constant])
    #expect(y.isConstant)
    let x = tape.watch(Tensor([5], shape: [1]))
    #expect(try tape.gradients(of: y, cotangent: .filled(1, [1]), to: [x])[0].scalars == [0])
  }

  @Test func anIntermediateValueHasItsOwnGradient() throws {
    let tape = Tape(execution)
    let x = tape.watch(Tensor([1, 2], shape: [2]))
    let middle = try tape.apply(Scale(3), [x])
    let y = try tape.apply(Scale(5), [middle])
    let gradients = try tape.gradients(of: y, cotangent: .filled(1, [2]), to: [middle, x])
    #expect(gradients[0].scalars == [5, 5] && gradients[1].scalars == [15, 15])
  }

  /// Oracle: with a rule that doubles, the gradient of `scale` doubles.
  @Test func aRuleReplacesThePullbackOfItsOperation() throws {
    let tape = Tape(execution, keepsEverything: true)
    let x = tape.watch(Tensor([1], shape: [1]))
    let y = try tape.apply(Scale(3), [x])
    let rules = PullbackRules(
      "doubling", keeping: ["add"],
      [
        "scale": { operation, record, cotangent, wanted, execution in
          operation.pullback(record, cotangent, wanted: wanted, execution).map {
            $0?.scaled(by: 2, execution)
          }
        }
      ])
    let gradient = try tape.gradients(of: y, cotangent: .filled(1, [1]), to: [x], rules: rules)
    #expect(gradient[0].scalars == [6])
    let sum = try tape.apply(Add(), [y, y])
    let kept = try tape.gradients(of: sum, cotangent: .filled(1, [1]), to: [x], rules: rules)
    #expect(kept[0].scalars == [12])
    let square = try tape.apply(Multiply(), [y, y])
    let error = #expect(throws: AssayError.self) {
      try tape.gradients(of: square, cotangent: .filled(1, [1]), to: [x], rules: rules)
    }
    #expect(error?.kind == .unsupported && error?.subject == "doubling")
    #expect(error?.found == "the operation multiply")
  }
}
