import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Activations")
struct ActivationTests {
  /// Every thousandth from −20 to 20: an odd count, so that the last register is partial.
  static let grid: [Float] = (-20_000...20_000).map { Float($0) / 1000 }

  @Test("are within 1e-6 of the formula in Double", arguments: supported)
  func values(instructionSet: InstructionSet) {
    for activation in Activation.allCases {
      expectClose(
        forward(activation, Self.grid, on: instructionSet),
        Self.grid.map { activation.reference(Double($0)) },
        // A half step of rounding beside the approximation.
        relative: 3e-7, absolute: 1e-6, "\(activation)")
    }
  }

  @Test("have derivatives equal to central differences in Double", arguments: supported)
  func derivatives(instructionSet: InstructionSet) {
    let step = 1e-5
    var numbers = TestNumbers(seed: 8)
    let points = Self.grid.filter { abs($0) > 0.0005 }
    let cotangents = numbers.floats(points.count)
    for activation in Activation.allCases {
      let expected = zip(points, cotangents).map { x, dy in
        let above = activation.reference(Double(x) + step)
        let below = activation.reference(Double(x) - step)
        return (above - below) / (2 * step) * Double(dy)
      }
      let found = floats(points.count) { dx in
        withPointers(points, cotangents) { x, dy in
          activationBackward(activation, x, dy, into: dx, count: points.count, on: instructionSet)
        }
      }
      expectClose(found, expected, absolute: 2e-6, "\(activation)")
    }
  }

  @Test("saturate for huge arguments and keep NaN", arguments: supported)
  func extremes(instructionSet: InstructionSet) {
    let huge: [Float] = [-1e30, -1e4, 1e4, 1e30, .nan]
    let expected: [Activation: [Float]] = [
      .identity: huge, .relu: [0, 0, 1e4, 1e30, .nan], .geluErf: [0, 0, 1e4, 1e30, .nan],
      .geluTanh: [0, 0, 1e4, 1e30, .nan], .tanh: [-1, -1, 1, 1, .nan],
      .sigmoid: [0, 0, 1, 1, .nan], .silu: [0, 0, 1e4, 1e30, .nan],
    ]
    for (activation, values) in expected {
      expectClose(
        forward(activation, huge, on: instructionSet), values, absolute: 1e-6, "\(activation)")
    }
  }

  @Test("the exponential is within 2 units in the last place of Double", arguments: supported)
  func exponential(instructionSet: InstructionSet) {
    let points: [Float] = (-86_600...88_700).map { Float($0) / 1000 }
    let found = floats(points.count) { y in
      withPointers(points, []) { x, _ in
        exponentials(x, into: y, count: points.count, on: instructionSet)
      }
    }
    // One unit in the last place is at most 2⁻²³ of the value.
    expectClose(found, points.map { exp(Double($0)) }, relative: 2 * 0x1p-23)
    let edges: [Float] = [-.infinity, -1000, 0, 89, 1000, .infinity, .nan]
    let atEdges = floats(edges.count) { y in
      withPointers(edges, []) { x, _ in
        exponentials(x, into: y, count: edges.count, on: instructionSet)
      }
    }
    expectClose(atEdges, [Float](arrayLiteral: 0, 0, 1, .infinity, .infinity, .infinity, .nan))
  }

  private func forward(
    _ activation: Activation, _ points: [Float], on instructionSet: InstructionSet
  ) -> [Float] {
    floats(points.count) { y in
      withPointers(points, []) { x, _ in
        activationForward(activation, x, into: y, count: points.count, on: instructionSet)
      }
    }
  }
}
