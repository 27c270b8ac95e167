import Testing
import Training

/// Oracle: counted by hand; sums of weights over the texts of every label are equal.
struct LabelWeightsTests {
  @Test func everyLabelCountsAsMuchAsTheFirst() {
    let places = [0, 1, 1, 2, 1, 0, 2, 2, 2]
    let weights = LabelWeights.balanced(places, count: 3)
    #expect(weights == [1, 2.0 / 3, 0.5])
    let sums = (0..<3).map { label in
      places.filter { $0 == label }.reduce(0) { sum, place in sum + weights[place] }
    }
    #expect(sums.allSatisfy { $0 == sums[0] })
  }

  @Test func labelsWithoutTextsCountAsOneText() {
    #expect(LabelWeights.balanced([0, 0], count: 2) == [1, 2])
    #expect(LabelWeights.balanced([1, 1], count: 2) == [1, 0.5])
  }

  @Test func ofEqualsTheFirstIsTheLabel() {
    #expect(LabelWeights.place(of: [9, 0.2, 0.4, 0.4][1...]) == 1)
  }
}
