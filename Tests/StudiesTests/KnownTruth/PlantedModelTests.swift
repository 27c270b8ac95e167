import Models
import Tensors
import Testing

@testable import Studies

@Suite struct PlantedModelTests {
  /// Oracle: METHODS section 7: without evidence p = ½, attention on any other token leaves p = ½,
  /// 0.7 ≤ p ≤ 0.98 on the whole text.
  @Test(arguments: KnownTruth.families.map(\.info.name))
  func everyPlantedModelIsFair(family name: String) throws {
    let family = try KnownTruth.named(name)
    for number in 0..<5 {
      let planted = try PlantedModel(family, purpose: "test", number: number, seed: 1)
      let fairness = try Fairness(planted, Execution())
      #expect(fairness.isFair, "\(name) \(number): \(fairness)")
    }
  }
}
