#if VECTOR_KERNELS
  import Foundation
  import Kernels
  import KernelsV4Narrow
  import TestSupport
  import Testing

  /// The AVX-512 flavour on processors without it: the same sources with the same defines, compiled
  /// for AVX2, where the compiler splits every 16-lane register in two. That covers the 12 × 32
  /// tile, its short tiles, the panels of 32 and the 16-lane tails; the instructions themselves run
  /// only where `InstructionSet.v4` is supported, in all the other tests.
  @Suite("16-lane kernels", .enabled(if: InstructionSet.v3.isSupported))
  struct WideTileTests {
    @Test("the 12 × 32 tile and its shorter ones equal the Double sum")
    func product() {
      #expect(KernelsV4Narrow.Flavour.tileRows == 12)
      #expect(KernelsV4Narrow.Flavour.panelColumns == 32)
      var numbers = TestNumbers(seed: 16)
      for rows in Array(1...25) + [40] {
        let problem = Problem(
          rows: rows, depth: rows % 5 == 0 ? 390 : 30, columns: numbers.integer(in: 1...70),
          transposedA: rows % 2 == 0, transposedB: rows % 3 == 0, numbers: &numbers)
        let bias = numbers.floats(problem.columns)
        let inside = problem.reference().enumerated().map {
          0.5 * $1 + Double(bias[$0 % problem.columns])
        }
        expectCloseToLargest(
          product(problem, bias: bias, activation: 2), inside.map(Activation.geluErf.reference),
          tolerance: 3e-6, "\(problem)")
        expectCloseToLargest(
          product(problem, bias: nil, activation: 0), problem.reference().map { 0.5 * $0 },
          tolerance: 3e-6, "\(problem)")
      }
    }

    @Test("softmax and layer normalisation equal their formulas at every tail")
    func rows() {
      var numbers = TestNumbers(seed: 17)
      for columns in 1...40 {
        let x = numbers.floats(2 * columns, in: -4...4)
        let found = changed(x) {
          KernelsV4Narrow.Flavour.softmaxRows($0, rows: 2, columns: columns, mask: nil)
        }
        expectClose(found, softmax(x, columns), relative: 1e-6, "\(columns) columns")
        let (gamma, beta) = (numbers.floats(columns), numbers.floats(columns))
        let normalised = floats(x.count) { y in
          withPointers(gamma, beta) { gamma, beta in
            withPointers(x, []) { x, _ in
              KernelsV4Narrow.Flavour.layerNormRows(
                x, residual: nil, gamma: gamma, beta: beta, epsilon: 1e-5, into: y, sum: nil,
                mean: nil, reciprocalDeviation: nil, rows: 2, columns: columns)
            }
          }
        }
        expectClose(
          normalised, LayerNorm(x.map(Double.init), columns, gamma, beta, 1e-5).y, absolute: 2e-6,
          "\(columns) columns")
      }
    }

    private func product(_ problem: Problem, bias: [Float]?, activation: Int) -> [Float] {
      typealias Narrow = KernelsV4Narrow.Flavour
      let panels = (problem.columns + 31) / 32
      return problem.withMatrices { a, b in
        let packed = UnsafeMutablePointer<Float>.allocate(capacity: panels * 32 * problem.depth)
        let scratch = UnsafeMutablePointer<Float>.allocate(
          capacity: Narrow.scratchCount(rows: a.rows, depth: a.columns, panels: panels))
        defer {
          packed.deallocate()
          scratch.deallocate()
        }
        Narrow.packPanels(
          b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
          columnStride: b.columnStride, first: 0, last: panels, into: packed,
          scratch: scratch)
        return withPointers(bias ?? [], []) { values, _ in
          floats(a.rows * b.columns) { out in
            Narrow.multiplyBlock(
              a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
              depth: a.columns, panels: packed, columns: b.columns, first: 0, last: panels,
              into: out, outStride: b.columns, scale: 0.5, bias: bias == nil ? nil : values,
              activation: activation, preactivation: nil, residual: nil, accumulate: false,
              scratch: scratch)
          }
        }
      }
    }
  }
#endif
