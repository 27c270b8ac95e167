import Autodiff
import Kernels
import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// Every family with the products of its blocks in bfloat16.
@Suite(.enabled(if: Precision.bfloat16.isSupported)) struct PrecisionTests {
  /// Oracle: the float32 model with the weights of its blocks rounded by the test. Rounding what they
  /// multiply as well adds an error of the same kind and size, which may meet the other one in any
  /// direction: on these fixtures they are together 0.4 to 5 times as far, so eight times is a bound.
  @Test(arguments: Fixture.all)
  func outputsAreAsFarFromFloat32AsRoundedWeightsAre(_ fixture: Fixture) throws {
    let (whole, halved) = (try fixture.model(), try roundedModel(fixture))
    #expect(halved.precision == .bfloat16 && whole.precision == .float32)
    #expect(halved.fingerprint == whole.fingerprint)
    let matrices = whole.network.parameters.filter { parameter in
      parameter.tensor.shape.count == 2
        && parameter.name.split(separator: ".").contains { Int($0) != nil }
    }
    let emulated = whole.replacing(
      Dictionary(
        matrices.map { ($0.name, Tensor($0.tensor.scalars.map(rounded), shape: $0.tensor.shape)) },
        uniquingKeysWith: { first, _ in first }))
    var (found, expected): (Float, Float) = (0, 0)
    for length in fixture.lengths {
      let outputs = try [whole, halved, emulated].map {
        try $0.run([fixture.input(length)], Request(), Execution()).output.value.scalars
      }
      found = max(found, zip(outputs[0], outputs[1]).map { abs($0 - $1) }.max() ?? 0)
      expected = max(expected, zip(outputs[0], outputs[2]).map { abs($0 - $1) }.max() ?? 0)
    }
    // Attention classifiers have no blocks.
    #expect((found == 0) == (whole.card.family == "attention_classifier"))
    #expect(found <= 8 * expected, "\(found / expected) times as far")
  }

  /// To nearest; which of two is nearest matters to no test here.
  private func rounded(_ value: Float) -> Float {
    Float(bitPattern: (value.bitPattern &+ 0x8000) & 0xFFFF_0000)
  }

  /// Oracle: a metamorphic relation; nothing is padded, so a batch is its members bit for bit.
  @Test(arguments: Fixture.all)
  func aBatchEqualsItsMembersToTheBit(_ fixture: Fixture) throws {
    let model = try roundedModel(fixture)
    let inputs = try fixture.lengths.map { try fixture.input($0) }
    func run(_ inputs: [Input], threads: Int) throws -> (output: Tensor, gradients: [Tensor]) {
      var request = Request()
      request.differentiate = [.embedding]
      let run = try model.run(inputs, request, Execution(threads: threads))
      let ones = Tensor.filled(1, run.output.shape)
      let gradient = try run.gradients(cotangent: ones, to: [.embedding])[0]
      return (
        run.output.value,
        inputs.indices.map { run.slice(gradient, like: .embedding, sequence: $0) }
      )
    }
    let batch = try run(inputs, threads: 2)
    for (index, input) in inputs.enumerated() {
      let single = try run([input], threads: 1)
      expectBitEqual(
        batch.output.slices(index..<index + 1).scalars, single.output.scalars, "output")
      expectBitEqual(
        batch.gradients[index].scalars, single.gradients[0].scalars, "gradient")
    }
  }

  private func roundedModel(_ fixture: Fixture) throws -> Model {
    try Model.load(folder: fixture.path, precision: .bfloat16)
  }
}

@Suite(.enabled(if: !Precision.bfloat16.isSupported)) struct MissingPrecisionTests {
  /// Oracle: the message; nothing is at the path, which would be said if it were looked at first.
  @Test func isReportedBeforeAnythingIsRead() {
    let error = #expect(throws: AssayError.self) {
      try Model.load(folder: "nowhere", precision: .bfloat16)
    }
    #expect(error?.kind == .unsupported && error?.subject == "precision")
  }
}
