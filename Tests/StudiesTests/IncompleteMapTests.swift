import Evidence
import Tensors
import Testing

@testable import Studies

/// Maps that name a part of what decides.
@Suite struct IncompleteMapTests {
  private func report(_ planted: PlantedModel, marking marked: [Int]) throws -> Report {
    let scores = planted.input.explained.map { marked.contains($0) ? 1.0 : 0 }
    return try planted.model.verify(
      planted.input, explanation: .scores(scores), checks: .deciding,
      settings: planted.settings(), execution: Execution(seed: 1))
  }

  /// Truth by construction: words that decide only jointly. All of them are trusted; one of them alone,
  /// though no single word does more, is right in part, and the others are named as missing.
  @Test(arguments: 0..<4) func oneOfSeveralWordsThatDecideJointlyIsNotTheTruth(number: Int) throws {
    let planted = try PlantedModel(JointSelector(), purpose: "half", number: number, seed: 5)
    let whole = try report(planted, marking: planted.evidence)
    #expect(whole.verdict == .trustworthy, "\(whole.reason)")
    #expect(whole.repaired?.missing == [])
    let half = try report(planted, marking: [planted.evidence[0]])
    #expect(half.verdict != .trustworthy)
    let missing = try #require(half.repaired?.missing)
    #expect(Set(missing).isSuperset(of: planted.evidence.dropFirst()), "\(missing)")
    #expect(missing.allSatisfy(planted.evidence.contains), "\(missing)")
  }

  /// The nearest map that does not leave a word out: it gives it more than a quarter of the largest weight.
  @Test func aWordThatTheMapGivesItsShareIsNotLeftOut() throws {
    let planted = try PlantedModel(JointSelector(), purpose: "half", number: 0, seed: 5)
    let explained = planted.input.explained
    func finding(_ share: Double) throws -> RemovalFinding? {
      let first = planted.evidence[0]
      let scores = explained.map { position in
        position == first ? 1 : planted.evidence.contains(position) ? share : 0
      }
      let report = try planted.model.verify(
        planted.input, explanation: .scores(scores), checks: .deciding,
        settings: planted.settings(), execution: Execution(seed: 1))
      return report.checks.compactMap { $0.result.finding as? RemovalFinding }.first
    }
    #expect(try finding(0.26)?.missing == [])
    #expect(try finding(0.24)?.missing.count == planted.evidence.count - 1)
  }
}
