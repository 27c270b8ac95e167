import Kernels
import TestSupport
import Testing

@Suite("Product with a transposed weight")
struct TransposedMultiplyTests {
  /// Rows of A, then inputs and outputs of a weight whose panels can be read both ways: blocks of k that
  /// end in a whole tile or not, one block and several in either direction.
  static let shapes = [
    (64, 768, 384), (67, 100, 64), (1, 12, 32), (130, 400, 416), (300, 397, 800), (128, 3072, 96),
  ]

  @Test("has the bits of the product with a packed transpose", arguments: supported)
  func bits(instructionSet: InstructionSet) {
    guard instructionSet != .baseline else { return }
    var numbers = TestNumbers(seed: 5)
    for (rows, inputs, outputs) in Self.shapes {
      // The oracle packs Wᵀ; the weight itself is the same numbers, [inputs, outputs].
      let problem = Problem(
        rows: rows, depth: outputs, columns: inputs, transposedA: rows % 2 == 1,
        transposedB: true, numbers: &numbers)
      let wanted = problem.packed(on: instructionSet)
      for threads in [1, 2, 3] {
        let found = problem.withMatrices { a, transposed in
          floats(rows * inputs) {
            multiplyTransposed(
              a, .pack(transposed.transposed, on: instructionSet), into: $0, rowStride: inputs,
              parallel: Parallel(threads: threads))
          }
        }
        expectBitEqual(found, wanted, "\(problem), \(threads) threads")
      }
    }
  }

  @Test("is read both ways where panels and tiles are whole", arguments: supported)
  func whole(instructionSet: InstructionSet) {
    func isRead(_ inputs: Int, _ outputs: Int) -> Bool {
      withPointers([Float](repeating: 0, count: inputs * outputs), []) { weight, _ in
        PackedMatrix.pack(Matrix(weight, rows: inputs, columns: outputs), on: instructionSet)
          .isReadBothWays
      }
    }
    for (_, inputs, outputs) in Self.shapes {
      #expect(isRead(inputs, outputs) == (instructionSet != .baseline))
    }
    // Panels that are not full, a last block of k shorter than a tile, and a whole matrix that is.
    for (inputs, outputs) in [(768, 30), (385, 64), (3, 64)] {
      #expect(!isRead(inputs, outputs))
    }
  }
}
