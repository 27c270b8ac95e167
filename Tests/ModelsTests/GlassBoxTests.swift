import Autodiff
import Tensors
import TestSupport
import Testing

@testable import Models

/// A model that is run outside and opened to the engine. Oracles: `EditPattern` on every input alone,
/// the transpose of a linear map, and what the outside says, by hand.
@Suite struct GlassBoxTests {
  /// Remembers what it is asked; its scores are the number of ones, its sites are all 0.5.
  private final class Recorder: OpenOutside, @unchecked Sendable {
    var asked: [OutsideRun] = []
    var forgotten: [Int] = []
    var answer: (@Sendable (OutsideRun) -> OutsideAnswer)?
    /// What happens while a run is under way.
    var during: ((OutsideRun) throws(AssayError) -> Void)?

    func run(_ run: OutsideRun) throws(AssayError) -> OutsideAnswer {
      asked.append(run)
      try during?(run)
      if let answer { return answer(run) }
      let counts = run.batch.inputs.map { input in Float(input.ids.count { $0 == 1 }) }
      let tokens = run.batch.layout.total
      let pairs = run.batch.inputs.reduce(0) { $0 + 2 * $1.count * $1.count }
      var kept: [Site: Tensor] = [:]
      for site in run.keep {
        let isPattern = if case .block(_, .pattern) = site { true } else { false }
        kept[site] = .filled(0.5, [isPattern ? pairs : tokens * 3])
      }
      return OutsideAnswer(
        output: Tensor(counts.flatMap { [$0, -$0] }, shape: [counts.count, 2]), kept: kept)
    }

    func gradients(
      of run: Int, cotangent: Tensor, sites: [Site]
    ) throws(AssayError) -> [Tensor] {
      sites.map { _ in .filled(0.25, [asked[0].batch.layout.total * 3]) }
    }

    func forget(_ run: Int) { forgotten.append(run) }
  }

  private func box(_ recorder: Recorder, _ masks: [AttentionMask] = [.none, .causal]) -> GlassBox {
    GlassBox(
      ModelCard(
        outside: "glass", labels: ["ones", "others"], problem: .singleLabel, layers: masks.count,
        heads: 2, width: 3, vocabularySize: nil,
        all: [
          .tokens, .classifier, .patterns, .edits, .patternGradients, .embeddings, .states,
          .inputGradient, .squarePattern, .residualStream,
        ], masks: masks, readOut: .first), memoryBudget: 1 << 20, recorder)
  }

  private func model(_ box: GlassBox) -> Model {
    Model(network: box, origin: "test", fingerprint: "")
  }

  private func input(_ count: Int) -> Input {
    Input(ids: Array(repeating: 1, count: count), vocabulary: Vocabulary(size: 0))
  }

  private let edits: [Intervention] = [
    Intervention(.scale(0.5), heads: [1], keys: [0]),
    Intervention(.knockOut(renormalise: false), layers: [0], keys: [1]),
    Intervention(.pour(to: [2]), queries: [2], keys: [0, 1]),
    Intervention(.uniform, layers: [1], heads: [0], queries: [1]),
  ]

  @Test func aRunIsAskedForAsAWhole() throws {
    let recorder = Recorder()
    let prediction = try model(box(recorder)).predict(
      [input(3), input(2)], interventions: [[edits[1]], []], keep: [.embedding, .pattern(1)])
    #expect(recorder.asked.count == 1)
    #expect(recorder.asked[0].edited == [0])
    #expect(recorder.asked[0].rows == [0, 0])
    #expect(prediction.kept[.embedding]?.map(\.shape) == [[3, 3], [2, 3]])
    #expect(prediction.kept[.pattern(1)]?.map(\.shape) == [[2, 3, 3], [2, 2, 2]])
    expectBitEqual(prediction.logits(0), [3, -3])
    #expect(recorder.forgotten.isEmpty)
  }

  @Test func aGradientIsToldAndTheRunForgotten() throws {
    let recorder = Recorder()
    let found = try model(box(recorder)).gradient(input(2), target: .label(0), at: .embedding)
    expectBitEqual(found.gradient.scalars, Array(repeating: 0.25, count: 6))
    #expect(recorder.forgotten == recorder.asked.map(\.id))
  }

  @Test(arguments: [0, 1]) func editsOfAPaddedBatchAreThoseOfItsMembers(_ layer: Int) throws {
    let recorder = Recorder()
    let box = box(recorder)
    let (lengths, width, edits) = ([3, 5, 4], 5, self.edits)
    var draw = RandomSource(seed: 3, stream: "patterns").draw(layer)
    let padded = Tensor(
      (0..<3 * 2 * width * width).map { _ in Float(draw.normal()) }, shape: [3, 2, width, width])
    let cotangent = Tensor(
      (0..<padded.count).map { _ in Float(draw.normal()) }, shape: padded.shape)
    recorder.during = { run throws(AssayError) in
      func ask(_ pattern: Tensor, _ cotangent: Tensor? = nil) throws(AssayError) -> Tensor {
        try box.edited(
          pattern, cotangent: cotangent, layer: layer, sequences: [0, 1, 2], of: run.id,
          Execution())
      }
      let edited = try ask(padded)
      let back = try ask(padded, cotangent)
      let zero = try ask(.zeros(padded.shape))
      for (sequence, length) in lengths.enumerated() {
        let alone = PatternLayout(
          heads: 2, queries: Ragged(lengths: [length]), keys: Ragged(lengths: [length]))
        let mask: AttentionMask = layer == 0 ? .none : .causal
        let operation = EditPattern(
          alone, mask: mask,
          edits: edits.filter { $0.editsPattern(of: layer) }.flatMap {
            $0.lowered(sequence: 0, layer: layer, alone, mask: mask)
          })
        let own = Tensor(
          self.entries(of: sequence, length, width).map { padded.scalars[$0] }, shape: [alone.total]
        )
        let expected = operation.forward([own], saving: false, Execution()).output
        expectBitEqual(
          self.entries(of: sequence, length, width).map { edited.scalars[$0] }, expected.scalars)
      }
      // ⟨c, E(x) − E(0)⟩ = ⟨Eᵀc, x⟩ over what is no padding.
      var (forwards, backwards) = (0.0, 0.0)
      for (sequence, length) in lengths.enumerated() {
        for index in self.entries(of: sequence, length, width) {
          forwards +=
            Double(cotangent.scalars[index]) * Double(edited.scalars[index] - zero.scalars[index])
          backwards += Double(back.scalars[index]) * Double(padded.scalars[index])
        }
      }
      expectClose([forwards], [backwards], absolute: 1e-5)
    }
    _ = try model(box).predict(
      lengths.map(input), interventions: lengths.map { _ in edits })
    #expect(recorder.asked.count == 1)
  }

  /// Where the entries of one input's pattern stand in the padded one.
  private func entries(of sequence: Int, _ length: Int, _ width: Int) -> [Int] {
    (0..<2).flatMap { head in
      (0..<length).flatMap { query in
        (0..<length).map { key in ((sequence * 2 + head) * width + query) * width + key }
      }
    }
  }

  @Test func nobodyEditsARunThatIsOver() throws {
    let box = box(Recorder())
    _ = try model(box).predict([input(2)])
    let error = #expect(throws: AssayError.self) {
      try box.edited(
        .zeros([1, 2, 2, 2]), cotangent: nil, layer: 0, sequences: [0], of: 1, Execution())
    }
    #expect(error?.expected.contains("a run under way") == true)
  }

  @Test func answersThatDoNotFitAreNamed() throws {
    let recorder = Recorder()
    recorder.answer = { _ in OutsideAnswer(output: .zeros([1, 3]), kept: [:]) }
    #expect(throws: AssayError.self) { try model(box(recorder)).predict([input(2)]) }
    recorder.answer = { _ in OutsideAnswer(output: .zeros([1, 2]), kept: [:]) }
    let missing = #expect(throws: AssayError.self) {
      try model(box(recorder)).predict([input(2)], keep: [.pattern(0)])
    }
    #expect(missing?.subject.contains("blocks.0.attention.pattern") == true)
    recorder.answer = { _ in
      OutsideAnswer(output: Tensor([.nan, 0], shape: [1, 2]), kept: [:])
    }
    #expect(throws: AssayError.self) { try model(box(recorder)).predict([input(2)]) }
  }

  @Test func whatNeedsTheTapeIsRefusedByTheCard() throws {
    let model = model(box(Recorder()))
    #expect(throws: AssayError.self) { try model.require(.tape, for: "training") }
    #expect(throws: AssayError.self) { try model.require(.mixing, for: "alti") }
    #expect(throws: AssayError.self) {
      try model.predict(
        [input(2)], interventions: [[Intervention(.patch(.zeros([2])), site: .logits)]])
    }
    #expect(try model.states(below: 1, of: input(2), Execution()) == nil)
    #expect(model.sites.contains(.block(1, .output)))
    #expect(!model.sites.contains(.block(1, .value)))
  }
}
