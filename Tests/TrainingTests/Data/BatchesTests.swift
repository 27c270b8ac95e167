import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Batches")
struct BatchesTests {
  private let source = RandomSource(seed: 5, stream: "order")

  @Test("Every example comes once, and no batch of several exceeds the budget")
  func partition() {
    var random = TestNumbers(seed: 1)
    let lengths = (0..<500).map { _ in random.integer(in: 1...40) }
    for pass in 0..<3 {
      let batches = Batches(lengths: lengths, budget: 32, pass: pass, source: source).indices
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<500))
      for batch in batches {
        #expect(batch.count == 1 || batch.reduce(0) { $0 + lengths[$1] } <= 32)
      }
    }
  }

  @Test("The order depends on seed and pass alone")
  func order() {
    let lengths = [Int](repeating: 3, count: 50)
    func order(_ pass: Int, seed: UInt64 = 5) -> [[Int]] {
      Batches(
        lengths: lengths, budget: 9, pass: pass, source: RandomSource(seed: seed, stream: "order")
      ).indices
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    #expect(order(1) != order(1, seed: 6))
  }

  @Test("No examples make no batches")
  func empty() {
    #expect(Batches(lengths: [], budget: 1, pass: 0, source: source).indices.isEmpty)
  }
}
