import Kernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Weights packed for products")
struct WeightPanelsTests {
  /// Large enough to be read both ways, in a checkpoint of either layout.
  static let (inputs, outputs) = (544, 512)

  @Test(
    "hand back the cotangent of a row with the same bits from either packing",
    arguments: [WeightLayout.outputByInput, .inputByOutput])
  func pullback(layout: WeightLayout) throws {
    let (inputs, outputs) = (Self.inputs, Self.outputs)
    var numbers = TestNumbers(seed: 21)
    let shape = layout == .outputByInput ? [outputs, inputs] : [inputs, outputs]
    let weight = Tensor(numbers.floats(inputs * outputs), shape: shape)
    let cotangent = Tensor(numbers.floats(96 * outputs), shape: [96, outputs])
    let execution = Execution(threads: 2)

    let shared = WeightPanels(weight, layout: layout)
    try shared.makeReady(backward: 96, "weight")
    let all = shared.pullback(cotangent, execution)
    // So few rows are not worth lanes of registers: they pack the other direction.
    let apart = WeightPanels(weight, layout: layout)
    try apart.makeReady(backward: 3, "weight")
    let few = apart.pullback(cotangent.slices(0..<3), execution)
    expectBitEqual(few.scalars, Array(all.scalars.prefix(few.count)))

    // Σ over outputs of dz · W in Double.
    let (dz, w) = (cotangent.scalars, weight.scalars)
    let expected = (0..<few.count).map { index in
      let (row, input) = (index / inputs, index % inputs)
      return (0..<outputs).reduce(0.0) { sum, output in
        let place =
          layout == .outputByInput ? output * inputs + input : input * outputs + output
        return sum + Double(dz[row * outputs + output]) * Double(w[place])
      }
    }
    expectCloseToLargest(few.scalars, expected, tolerance: 3e-6)
  }
}
