import Evidence
import Models
import Tensors
import Testing

@testable import Studies

@Suite struct PlantedVerdictTests {
  @Test(arguments: KnownTruth.families.map(\.info.name))
  func look(family name: String) throws {
    let family = try KnownTruth.named(name)
    for number in 0..<10 {
      let planted = try PlantedModel(family, purpose: "test", number: number, seed: 1)
      for claim in family.info.claims {
        let report = try planted.model.verify(planted.input, explanation: .method(claim.method), settings: planted.settings(), execution: Execution(seed: UInt64(number)))
        func show(_ n: String) -> String {
          guard let c = report.checks.first(where: { $0.info.name == n })?.result else { return "-" }
          return "\(n.prefix(8)) \(c.outcome) s=\(c.statistic ?? .nan) p=\(c.pValue ?? -1)/\(c.smallestP ?? -1)"
        }
        print(name, number, "n", planted.input.count - 2, "L", planted.model.card.layers, claim.method, report.verdict, report.reason, claim.accepts(report.verdict) && claim.accepts(report.reason) ? "ok" : "WRONG", show("gradient_agreement"), show("removal"), show("redirect"), show("polarity"), show("leave_one_out_agreement"))
      }
    }
  }
}
