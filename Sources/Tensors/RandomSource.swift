/// Random numbers addressed by (seed, stream, draw): the same address gives the same number
/// whatever was drawn before, on any thread, in any order.
///
/// Philox 4×32 with ten rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
package struct RandomSource: Sendable {
  /// The seed that every result carries.
  package let seed: UInt64
  private let stream: UInt32

  /// A source for one purpose; sources of different `stream` names are independent.
  package init(seed: UInt64, stream: String) {
    self.seed = seed
    self.stream = stream.utf8.reduce(0x811C_9DC5) {
      ($0 ^ UInt32(truncatingIfNeeded: $1)) &* 0x0100_0193
    }
  }

  /// The random numbers of one draw.
  package func draw(_ index: Int) -> Draw {
    Draw(seed: seed, stream: stream, draw: UInt64(truncatingIfNeeded: index))
  }

  /// The numbers of one draw, in sequence.
  package struct Draw: RandomNumberGenerator, Sendable {
    private let key: (UInt32, UInt32)
    private var counter: SIMD4<UInt32>
    private var block = SIMD4<UInt32>()
    private var used = 4

    init(seed: UInt64, stream: UInt32, draw: UInt64) {
      key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
      counter = SIMD4(
        0, stream, UInt32(truncatingIfNeeded: draw), UInt32(truncatingIfNeeded: draw >> 32))
    }

    private mutating func nextWord() -> UInt32 {
      if used == 4 {
        block = Philox.block(counter: counter, key: key)
        counter[0] &+= 1
        used = 0
      }
      defer { used += 1 }
      return block[used]
    }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
      let low = UInt64(truncatingIfNeeded: nextWord())
      return low | UInt64(truncatingIfNeeded: nextWord()) << 32
    }

    /// A number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A whole number in 0..<bound, without bias (Lemire 2019).
    /// - Precondition: `bound > 0`.
    package mutating func integer(below bound: Int) -> Int {
      precondition(bound > 0, "an empty range has no number")
      let range = UInt64(truncatingIfNeeded: bound)
      var product = next().multipliedFullWidth(by: range)
      if product.low < range {
        let threshold = (0 &- range) % range
        while product.low < threshold { product = next().multipliedFullWidth(by: range) }
      }
      return Int(truncatingIfNeeded: product.high)
    }

    /// A permutation of 0..<count, each equally likely (Fisher–Yates).
    package mutating func permutation(_ count: Int) -> [Int] {
      var order = Array(0..<count)
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, integer(below: last + 1))
      }
      return order
    }
  }
}

/// The Philox 4×32-10 block function.
enum Philox {
  static func block(counter: SIMD4<UInt32>, key: (UInt32, UInt32)) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let first = c[0].multipliedFullWidth(by: 0xD251_1F53)
      let second = c[2].multipliedFullWidth(by: 0xCD9E_8D57)
      c = SIMD4(second.high ^ c[1] ^ k.0, second.low, first.high ^ c[3] ^ k.1, first.low)
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }
}
