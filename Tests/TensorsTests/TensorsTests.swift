import Testing

@testable import Tensors

@Suite struct TensorTests {
  @Test func aSliceSharesMemoryWithItsTensor() {
    let whole = Tensor((0..<12).map(Float.init), shape: [3, 2, 2])
    let part = whole.slices(1..<3)
    #expect(part.shape == [2, 2, 2])
    #expect(part.scalars == (4..<12).map(Float.init))
    #expect(part.storage === whole.storage)
  }

  @Test func joiningUndoesSlicing() {
    let whole = Tensor((0..<10).map(Float.init), shape: [5, 2])
    let joined = Tensor.concatenated([
      whole.slices(0..<2), whole.slices(2..<2), whole.slices(2..<5),
    ])
    #expect(joined.shape == [5, 2] && joined.scalars == whole.scalars)
  }

  @Test func storageIsReleasedOnceAfterTheLastView() {
    final class Counter: @unchecked Sendable { var value = 0 }
    let counter = Counter()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
    memory.initializeMemory(as: Float.self, repeating: 2, count: 4)
    nonisolated(unsafe) let freed = memory
    var view: Tensor? = Tensor(
      shape: [4],
      storage: Storage(.borrowed, base: memory, byteCount: 16) {
        counter.value += 1
        freed.deallocate()
      }, offset: 0)
    let slice = view?.slices(1..<2)
    view = nil
    #expect(counter.value == 0)
    #expect(slice?.scalars == [2])
    withExtendedLifetime(slice) {}
  }
}

@Suite struct RandomSourceTests {
  /// Oracle: the known-answer vectors published with Random123 for philox4x32-10.
  @Test func philoxMatchesItsPublishedVectors() {
    #expect(
      Philox.block(counter: SIMD4(0, 0, 0, 0), key: (0, 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = UInt32.max
    #expect(
      Philox.block(counter: SIMD4(ones, ones, ones, ones), key: (ones, ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: (0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func aDrawDoesNotDependOnEarlierDraws() {
    let source = RandomSource(seed: 7, stream: "permutation")
    var later = source.draw(5)
    var first = source.draw(0)
    _ = first.next()
    var again = source.draw(5)
    #expect(later.permutation(20) == again.permutation(20))
  }

  @Test func streamsAndSeedsAreDifferent() {
    var a = RandomSource(seed: 1, stream: "a").draw(0)
    var b = RandomSource(seed: 1, stream: "b").draw(0)
    var c = RandomSource(seed: 2, stream: "a").draw(0)
    let numbers = [a.next(), b.next(), c.next()]
    #expect(Set(numbers).count == 3)
  }

  /// Oracle: moments of the normal distribution; tolerance is five standard errors.
  @Test func normalNumbersHaveTheirMoments() {
    var draw = RandomSource(seed: 3, stream: "normal").draw(0)
    let count = 20_000
    let values = (0..<count).map { _ in draw.normal() }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean) < 5 / Double(count).squareRoot())
    #expect(abs(variance - 1) < 5 * (2 / Double(count)).squareRoot())
  }

  /// Oracle: each of the 24 orders of 4 items, 2400 draws, within five standard deviations of 100.
  @Test func permutationsAreEquallyLikely() {
    let source = RandomSource(seed: 11, stream: "orders")
    var counts: [[Int]: Int] = [:]
    for index in 0..<2400 {
      var draw = source.draw(index)
      counts[draw.permutation(4), default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 100) < 50 })
  }
}
