import Models
import Tensors
import Testing

@testable import Training

@Suite("Corruption")
struct CorruptionTests {
  private let input = TinyTask.input(Array(repeating: 10, count: 12))

  private func corrupted(_ corruption: Corruption, _ count: Int) -> [Input] {
    let source = RandomSource(seed: 9, stream: "words")
    return (0..<count).map { index in
      var draw = source.draw(index)
      return corruption(input, &draw)
    }
  }

  @Test("Without a share nothing changes")
  func none() {
    let corruption = Corruption(share: 0, largest: 1, replacements: [11])
    #expect(corrupted(corruption, 50).allSatisfy { $0 == input })
  }

  @Test("Special tokens stay, and every position keeps its marks")
  func structure() {
    let corruption = Corruption(share: 1, largest: 1, replacements: [11])
    for made in corrupted(corruption, 200) {
      #expect(made.ids.first == 2 && made.ids.last == 3)
      #expect(made.special.filter { $0 }.count == 2)
      #expect(Set(made.ids).isSubset(of: [1, 2, 3, 4, 10, 11]))
      #expect(made.words.count == made.count && made.types.count == made.count)
      #expect(made.count == input.count || !made.ids.contains { [1, 4, 11].contains($0) })
    }
  }

  @Test("All four ways of taking words out are used, in the stated shares")
  func shares() {
    let corruption = Corruption(share: 1, largest: 1, replacements: [11])
    let made = corrupted(corruption, 2000)
    func share(_ holds: (Input) -> Bool) -> Double { Double(made.count(where: holds)) / 2000 }
    // Of texts of 12 words about a thirteenth keep them all; a binomial deviation is below 0.011.
    #expect(abs(share { $0.ids.contains(4) } - 0.4 * 12 / 13) < 0.045)
    #expect(abs(share { $0.ids.contains(1) } - 0.2 * 12 / 13) < 0.045)
    #expect(abs(share { $0.ids.contains(11) } - 0.2 * 12 / 13) < 0.045)
    #expect(abs(share { $0.count < input.count } - 0.2 * 12 / 13) < 0.045)
  }

  @Test("A vocabulary without a mask loses words by deletion")
  func noMask() {
    var bare = input
    bare.vocabulary = Vocabulary(size: 20)
    let corruption = Corruption(share: 1, largest: 1, replacements: [])
    let source = RandomSource(seed: 9, stream: "words")
    for index in 0..<100 {
      var draw = source.draw(index)
      #expect(Set(corruption(bare, &draw).ids).isSubset(of: [2, 3, 10]))
    }
  }
}
