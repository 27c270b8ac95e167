import Kernels
import TestSupport
import Testing

#if VECTOR_KERNELS
  import KernelsBFloat16Narrow

  /// Where the kernels for bfloat16 run: with the processor's instruction, where it has it, and in
  /// plain arithmetic on 256-bit registers, which tests the tiles, the packing and the rounding on
  /// other processors too.
  enum BrainKernels: CaseIterable {
    case processor
    case narrow

    static let supported = allCases.filter {
      $0 == .processor ? Precision.bfloat16.isSupported : InstructionSet.v3.isSupported
    }
  }

  @Suite("Products in bfloat16")
  struct BrainFloatTests {
    /// Every product of two bfloat16 numbers is exact in float, so the sums are as accurate as those
    /// of the float kernels and have their tolerances.
    @Test("equal the Double sum of the rounded operands", arguments: BrainKernels.supported)
    func shapes(kernels: BrainKernels) {
      var numbers = TestNumbers(seed: 31)
      for trial in 0..<60 {
        let problem = Problem(
          rows: numbers.integer(in: 1...50), depth: numbers.integer(in: 0...70),
          columns: numbers.integer(in: 1...70), transposedA: trial & 1 == 1,
          transposedB: trial & 2 == 2, numbers: &numbers)
        expectCloseToLargest(
          kernels.product(problem), problem.rounded.reference(), tolerance: 2e-6, "\(problem)")
      }
    }

    @Test("of great and odd depth are summed block by block", arguments: BrainKernels.supported)
    func deep(kernels: BrainKernels) {
      var numbers = TestNumbers(seed: 32)
      for (rows, depth, columns) in [
        (7, 767, 33), (13, 768, 65), (25, 769, 32), (150, 1537, 40), (1, 3072, 5), (12, 1000, 64),
      ] {
        let problem = Problem(
          rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: true,
          numbers: &numbers)
        expectCloseToLargest(
          kernels.product(problem), problem.rounded.reference(), tolerance: 3e-6, "\(problem)")
      }
    }

    @Test("give a row the same bits alone as in a tall matrix", arguments: BrainKernels.supported)
    func rowsAlone(kernels: BrainKernels) {
      var numbers = TestNumbers(seed: 33)
      for depth in [399, 900] {
        let problem = Problem(
          rows: 41, depth: depth, columns: 37, transposedA: false, transposedB: false,
          numbers: &numbers)
        let all = kernels.product(problem)
        for height in [1, 2, 3, 5, 9, 12, 13] {
          var part = problem
          part.rows = height
          part.a = Array(problem.a.suffix(height * depth))
          expectBitEqual(kernels.product(part), Array(all.suffix(height * 37)), "\(height) rows")
        }
      }
    }

    @Test("give the same bits for any number of threads", .enabled(if: hasInstruction))
    func threads() {
      var numbers = TestNumbers(seed: 34)
      for (rows, depth, columns) in [(301, 501, 333), (16, 1000, 2000), (128, 768, 768)] {
        let problem = Problem(
          rows: rows, depth: depth, columns: columns, transposedA: false, transposedB: false,
          numbers: &numbers)
        let serial = problem.product(in: .bfloat16)
        for threads in [2, 3, 8] {
          expectBitEqual(
            problem.product(in: .bfloat16, parallel: Parallel(threads: threads)), serial)
        }
      }
    }

    @Test(
      "add bias, activation, residual and what was there", .enabled(if: hasInstruction),
      arguments: [30, 801])
    func epilogue(depth: Int) {
      var numbers = TestNumbers(seed: 35)
      for activation in Activation.allCases {
        let problem = Problem(
          rows: 17, depth: depth, columns: 45, transposedA: false, transposedB: true,
          numbers: &numbers)
        let (bias, before) = (numbers.floats(45), numbers.floats(17 * 45))
        let out = changed(before) { out in
          withPointers(bias, before) { bias, before in
            problem.withMatrices { a, b in
              multiply(
                a, .pack(b, precision: .bfloat16), into: out, rowStride: 45,
                epilogue: Epilogue(
                  bias: bias, activation: activation, residual: before, scale: 0.25,
                  accumulate: true))
            }
          }
        }
        let expected = problem.rounded.reference().enumerated().map { index, sum in
          activation.reference(0.25 * sum + Double(bias[index % 45])) + 2 * Double(before[index])
        }
        expectCloseToLargest(out, expected, tolerance: 3e-6, "\(activation) \(problem)")
      }
    }

    @Test("take half of the memory", .enabled(if: hasInstruction))
    func memory() {
      let problem = [Float](repeating: 1, count: 768 * 96)
      withPointers(problem, []) { base, _ in
        let matrix = Matrix(base, rows: 768, columns: 96)
        #expect(PackedMatrix.pack(matrix, precision: .bfloat16).byteCount == 768 * 96 * 2)
      }
    }

    /// A row of numbers times one, and one times a row of numbers: what is left is the rounding.
    @Test("round both operands to nearest, ties to even", arguments: BrainKernels.supported)
    func rounding(kernels: BrainKernels) {
      var numbers = TestNumbers(seed: 36)
      let values = roundingCases + numbers.floats(200, in: -1e38...1e38) + numbers.floats(200)
      for value in values where !(value.isSubnormal && kernels == .processor) {
        let expected = [value.roundedToBrain + 0]
        let (left, right) = (Problem(value, 1), Problem(1, value))
        expectBitEqual(kernels.product(left), expected, "\(value) on the left")
        expectBitEqual(kernels.product(right), expected, "\(value) on the right")
      }
      #expect(kernels.product(Problem(.nan, 1))[0].isNaN)
      #expect(kernels.product(Problem(1, .nan))[0].isNaN)
    }

    @Test("take subnormal numbers as zero", .enabled(if: hasInstruction))
    func subnormal() {
      #expect(BrainKernels.processor.product(Problem(0x1p-130, 1)) == [0])
      #expect(BrainKernels.processor.product(Problem(1, 0x1p-130)) == [0])
    }

    @Test("are packed in pairs of neighbours in depth", .enabled(if: InstructionSet.v3.isSupported))
    func layout() {
      let values = roundingCases + [-.zero, .infinity, -.infinity]
      let b = values + values.reversed() + values
      let packed = withPointers(b, []) { base, _ in
        BrainKernels.narrowPanels(Matrix(base, rows: 3, columns: values.count))
      }
      for (column, value) in values.enumerated() {
        let place = column / 32 * 64 + column % 32
        let other = values[values.count - 1 - column]
        let pair = value.roundedToBrain.bitPattern >> 16 | other.roundedToBrain.bitPattern
        #expect(packed[place].bitPattern == pair, "\(value)")
        let alone = value.roundedToBrain.bitPattern >> 16
        #expect(packed[place + 32].bitPattern == alone, "\(value)")
      }
    }

    private static let hasInstruction = Precision.bfloat16.isSupported

    /// Ties above even and odd, their neighbours, the ends of the range and subnormal numbers.
    private let roundingCases: [Float] =
      [
        0x3F80_8000, 0x3F81_8000, 0x3F80_7FFF, 0x3F80_8001, 0xBF80_8000, 0xBF81_8000, 0x7F7F_7FFF,
        0x7F7F_8000, 0x7F7F_FFFF, 0x0080_0000, 0x0080_8000, 0x0001_8000, 0x0000_8000, 0x007F_FFFF,
        0x3F80_0000,
      ].map(Float.init(bitPattern:)) + [0, .greatestFiniteMagnitude, .leastNormalMagnitude]
  }

  extension Float {
    /// The nearest of the numbers with 8 significant bits, the even one of two, by exact arithmetic
    /// in Double.
    var roundedToBrain: Float {
      guard isFinite, self != 0 else { return self }
      let unit = Double(sign: .plus, exponent: max(Int(exponent), -126) - 7, significand: 1)
      let rounded = (Double(self) / unit).rounded(.toNearestOrEven) * unit
      return Float(rounded)
    }
  }

  extension Problem {
    /// One product of two numbers.
    init(_ left: Float, _ right: Float) {
      self.init(
        rows: 1, depth: 1, columns: 1, transposedA: false, transposedB: false, a: [left], b: [right]
      )
    }

    /// The same product of operands rounded to bfloat16.
    var rounded: Problem {
      Problem(
        rows: rows, depth: depth, columns: columns, transposedA: transposedA,
        transposedB: transposedB, a: a.map(\.roundedToBrain), b: b.map(\.roundedToBrain))
    }

    func product(in precision: Precision, parallel: Parallel = .serial) -> [Float] {
      withMatrices { a, b in
        floats(rows * columns) {
          multiply(
            a, .pack(b, precision: precision), into: $0, rowStride: columns, parallel: parallel)
        }
      }
    }
  }

  extension BrainKernels {
    func product(_ problem: Problem) -> [Float] {
      self == .processor
        ? problem.product(in: .bfloat16) : problem.withMatrices(BrainKernels.narrow)
    }

    /// The panels of `b` in plain arithmetic.
    static func narrowPanels(_ b: Matrix) -> [Float] {
      typealias Narrow = KernelsBFloat16Narrow.Flavour
      let panels = (b.columns + 31) / 32
      var scratch = [Float](repeating: .nan, count: Narrow.packScratchCount)
      return scratch.withUnsafeMutableBufferPointer { scratch in
        guard let scratch = scratch.baseAddress else { return [] }
        return floats(panels * 32 * ((b.rows + 1) / 2)) { target in
          Narrow.packPanels(
            b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
            columnStride: b.columnStride, first: 0, last: panels, into: target, scratch: scratch)
        }
      }
    }

    private static func narrow(_ a: Matrix, _ b: Matrix) -> [Float] {
      typealias Narrow = KernelsBFloat16Narrow.Flavour
      let panels = (b.columns + 31) / 32
      var scratch = [Float](
        repeating: .nan,
        count: Narrow.scratchCount(rows: a.rows, depth: a.columns, panels: panels))
      return scratch.withUnsafeMutableBufferPointer { scratch in
        guard let scratch = scratch.baseAddress else { return [] }
        return withPointers(narrowPanels(b), []) { packed, _ in
          floats(a.rows * b.columns) { out in
            Narrow.multiplyBlock(
              a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
              depth: a.columns, panels: packed, columns: b.columns, first: 0, last: panels,
              into: out, outStride: b.columns, scale: 1, bias: nil, activation: 0,
              preactivation: nil, residual: nil, accumulate: false, scratch: scratch)
          }
        }
      }
    }
  }
#endif
