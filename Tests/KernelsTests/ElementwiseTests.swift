import Kernels
import TestSupport
import Testing

@Suite("Elementwise kernels and reductions")
struct ElementwiseTests {
  /// Counts around one, two and four registers of every instruction set.
  static let counts = Array(0...35) + [64, 65, 1000]

  @Test("add, multiply and scale round once, like the scalar operators", arguments: supported)
  func arithmetic(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 14)
    for count in Self.counts {
      let (a, b) = (numbers.floats(count), numbers.floats(count))
      withPointers(a, b) { x, y in
        expectBitEqual(
          floats(count) { add(x, y, into: $0, count: count, on: instructionSet) },
          zip(a, b).map { $0 + $1 })
        expectBitEqual(
          floats(count) { multiplyElements(x, y, into: $0, count: count, on: instructionSet) },
          zip(a, b).map { $0 * $1 })
        expectBitEqual(
          floats(count) { scale(x, by: 0.3, into: $0, count: count, on: instructionSet) },
          a.map { $0 * 0.3 })
        expectClose(
          changed(b) { addScaled(x, by: -0.7, into: $0, count: count, on: instructionSet) },
          zip(a, b).map { Double($1) - Double(Float(0.7)) * Double($0) }, absolute: 1.3e-7)
      }
    }
  }

  @Test("dot, column sums and maximum equal the Double loop", arguments: supported)
  func reductions(instructionSet: InstructionSet) {
    var numbers = TestNumbers(seed: 15)
    for count in Self.counts {
      let (a, b) = (numbers.floats(count), numbers.floats(3 * count))
      withPointers(a, b) { x, y in
        expectClose(
          dot(x, y, count: count, on: instructionSet),
          zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }, absolute: 1e-13)
        #expect(
          maximum(x, count: count, on: instructionSet) == a.reduce(-.infinity, max), "\(count)")
        let sums = (0..<count).map {
          Double(b[$0]) + Double(b[count + $0]) + Double(b[2 * count + $0])
        }
        expectClose(
          floats(count) {
            columnSums(y, rows: 3, columns: count, into: $0, accumulate: false, on: instructionSet)
          }, sums, absolute: 5e-7)
        expectClose(
          changed(a) {
            columnSums(y, rows: 3, columns: count, into: $0, accumulate: true, on: instructionSet)
          }, zip(sums, a).map { $0 + Double($1) }, absolute: 5e-7)
      }
    }
  }

  @Test("every half and every bfloat16 becomes a float and comes back", arguments: supported)
  func roundTrip(instructionSet: InstructionSet) {
    let all = (0...UInt16.max).map { $0 }
    let halves = expanded(all) {
      floats(fromHalf: $0, into: $1, count: all.count, on: instructionSet)
    }
    #expect(halves[0x3C00] == 1)
    #expect(halves[0x0001] == 0x1p-24)
    #expect(halves[0x7BFF] == 65504)
    #expect(halves[0xFC00] == -.infinity)
    let backFromHalf = narrowed(halves) {
      Kernels.halves(from: $0, into: $1, count: all.count, on: instructionSet)
    }
    let brains = expanded(all) {
      floats(fromBrain: $0, into: $1, count: all.count, on: instructionSet)
    }
    let backFromBrain = narrowed(brains) {
      Kernels.brains(from: $0, into: $1, count: all.count, on: instructionSet)
    }
    for bits in all {
      let index = Int(bits)
      #expect(halves[index].isNaN || backFromHalf[index] == bits)
      #expect(brains[index].isNaN || backFromBrain[index] == bits)
      if halves[index].isNaN { #expect(backFromHalf[index] & 0x7FFF == 0x7E00) }
    }
  }

  @Test("floats round to the nearest half and bfloat16, ties to even", arguments: supported)
  func rounding(instructionSet: InstructionSet) {
    // Halves near 1 are 2⁻¹⁰ apart, bfloat16 2⁻⁷; the smallest half is 2⁻²⁴.
    let halfCases: [(Float, UInt16)] = [
      (1 + 0x1p-11, 0x3C00), (1 + 3 * 0x1p-11, 0x3C02), (1 + 0x1.8p-11, 0x3C01), (65519, 0x7BFF),
      (65520, 0x7C00), (1e9, 0x7C00), (-1e9, 0xFC00), (0x1p-25, 0), (0x1.8p-25, 1), (-0.0, 0x8000),
      (0x1p-14, 0x0400),
    ]
    let found = narrowed(halfCases.map(\.0)) {
      halves(from: $0, into: $1, count: halfCases.count, on: instructionSet)
    }
    #expect(found == halfCases.map(\.1))
    let brainCases: [(Float, UInt16)] = [
      (1 + 0x1p-8, 0x3F80), (1 + 3 * 0x1p-8, 0x3F82), (1 + 0x1.8p-8, 0x3F81), (3.4e38, 0x7F80),
      (-0.0, 0x8000),
    ]
    let short = narrowed(brainCases.map(\.0)) {
      brains(from: $0, into: $1, count: brainCases.count, on: instructionSet)
    }
    #expect(short == brainCases.map(\.1))
  }
}
