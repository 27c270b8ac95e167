import Autodiff
import Tensors
import TestSupport
import Testing

@testable import Models

/// A model that is computed outside. Oracle: what the outside says, by hand.
@Suite struct BlackBoxTests {
  /// Says p of the share of ones among the ids, uniform maps, and the ids as a gradient.
  private struct Counting: Outside {
    var rows: (@Sendable ([Input]) -> [[Double]])?

    func probabilities(_ inputs: [Input]) throws(AssayError) -> [[Double]] {
      if let rows { return rows(inputs) }
      return inputs.map { input in
        let share = Double(input.ids.count { $0 == 1 }) / Double(input.count)
        return [share, 1 - share]
      }
    }

    func attention(_ input: Input) throws(AssayError) -> Tensor {
      .filled(1 / Float(input.count), [2, 3, input.count, input.count])
    }

    func gradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor {
      Tensor(input.ids.map { Float($0) }, shape: [input.count, 1])
    }
  }

  private func model(_ problem: ProblemType = .singleLabel, _ outside: Counting = Counting())
    -> Model
  {
    let box = BlackBox(
      labels: ["ones", "others"], problem: problem, layers: 2, heads: 3, hasGradient: true,
      vocabularySize: nil, readOut: .first, outside)
    return Model(network: box, origin: "test", fingerprint: "")
  }

  private func input(_ ids: [Int]) -> Input { Input(ids: ids, vocabulary: Vocabulary(size: 0)) }

  @Test func probabilitiesComeBackThroughTheScores() throws {
    let prediction = try model().predict([input([1, 2, 3, 1]), input([1]), input([2])])
    expectClose(prediction.probabilities[0], [0.5, 0.5], absolute: 1e-7)
    expectClose(prediction.probabilities[1], [1, 0], absolute: 1e-7)
    expectClose(prediction.probabilities[2], [0, 1], absolute: 1e-7)
    let several = try model(.multiLabel).predict([input([1, 2, 2, 2])])
    expectClose(several.probabilities[0], [0.25, 0.75], absolute: 1e-7)
  }

  @Test func mapsOfABatchAreThoseOfItsMembers() throws {
    let inputs = [input([1, 2, 3]), input([4, 5])]
    let kept = try model().predict(inputs, keep: [.pattern(1)]).kept[.pattern(1)]
    #expect(kept?.map(\.shape) == [[3, 3, 3], [3, 2, 2]])
    let layers = try model().attention(inputs[1])
    #expect(layers.count == 2)
    expectBitEqual(layers[0].scalars, Array(repeating: 0.5, count: 12))
  }

  @Test func aGradientIsWhatTheOutsideTells() throws {
    let gradient = try model().gradient(input([7, 8]), target: .label(0)).gradient
    expectBitEqual(gradient.scalars, [7, 8])
  }

  @Test func thereIsNoInside() throws {
    let (model, input) = (model(), input([1, 2]))
    let edit = [[Intervention(.uniform)]]
    for attempt: () throws -> Void in [
      { _ = try model.predict([input], interventions: edit) },
      { _ = try model.hiddenStates(input) },
      { _ = try model.embed([input]) },
      { _ = try model.gradient(input, at: .pattern(0)) },
      { _ = try model.gradient(input, output: .probability) },
    ] {
      let error = #expect(throws: AssayError.self) { try attempt() }
      #expect(error?.kind == .unsupported)
    }
    #expect(model.sites == [.pattern(0), .pattern(1), .logits])
  }

  @Test(arguments: [
    ([[0.5, 0.2]], AssayError.Kind.numeric), ([[.nan, 1]], .numeric), ([[-0.1, 1.1]], .numeric),
    ([[1]], .shape), ([], .shape),
  ])
  func answersThatAreNoProbabilitiesAreRefused(_ rows: [[Double]], _ kind: AssayError.Kind) throws {
    let model = model(.singleLabel, Counting { _ in rows })
    let error = #expect(throws: AssayError.self) { try model.predict([input([1])]) }
    #expect(error?.kind == kind)
  }
}
