/// The seeds of the rows of a data set: a row's own depends on the seed of the whole and on the row's
/// number alone, and is the one that Python gives it.
///
/// They are the words of numpy's `SeedSequence` (O'Neill 2015, "Developing a seed_seq alternative"),
/// cut to what every reader of JSON keeps exactly.
enum RowSeeds {
  static func seed(_ whole: UInt64, row: Int) -> UInt64 {
    var pool = Pool(words(whole) + words(UInt64(clamping: row)))
    return pool.next() >> 11
  }

  /// A number as its 32-bit words, the lowest first, without leading zeros.
  private static func words(_ number: UInt64) -> [UInt32] {
    let (low, high) = (UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    return high == 0 ? [low] : [low, high]
  }

  private struct Pool {
    private var words = [UInt32](repeating: 0, count: 4)
    private var factor: UInt32 = 0x8b51_f9dd
    private var place = 0

    init(_ entropy: [UInt32]) {
      var constant: UInt32 = 0x43b0_d7e5
      func hashed(_ word: UInt32) -> UInt32 {
        var word = word ^ constant
        constant = constant &* 0x931e_8875
        word = word &* constant
        return word ^ word >> 16
      }
      func mixed(_ word: UInt32, _ other: UInt32) -> UInt32 {
        let mixed = 0xca01_f9dd &* word &- 0x4973_f715 &* other
        return mixed ^ mixed >> 16
      }
      for index in words.indices {
        words[index] = hashed(index < entropy.count ? entropy[index] : 0)
      }
      for source in words.indices {
        for place in words.indices where place != source {
          words[place] = mixed(words[place], hashed(words[source]))
        }
      }
      for word in entropy.dropFirst(words.count) {
        for place in words.indices { words[place] = mixed(words[place], hashed(word)) }
      }
    }

    /// The next word of 64 bits, its lower half first.
    mutating func next() -> UInt64 {
      let low = half()
      return UInt64(truncatingIfNeeded: half()) << 32 | UInt64(truncatingIfNeeded: low)
    }

    private mutating func half() -> UInt32 {
      var word = words[place % words.count] ^ factor
      place += 1
      factor = factor &* 0x58f3_8ded
      word = word &* factor
      return word ^ word >> 16
    }
  }
}
