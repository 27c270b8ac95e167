import Evidence
import Models
import Tensors
import Testing
import Values

@testable import Studies

/// Every check that can say so supports a planted true map and does not support a wrong one.
@Suite struct CheckContractTests {
  static let settings: Settings = {
    var settings = Settings()
    settings.checkOptions = ["permutations": 199, "shuffles": 10]
    return settings
  }()

  /// A selector whose text also holds a word that argues the other way and is not attended to, so
  /// that the label falls without the marker; `weak` words that draw a little attention make the
  /// ranking of the rest more than noise.
  static func planted(weak: Bool = false) throws -> PlantedModel {
    var draw = RandomSource(seed: 5, stream: "contract").draw(0)
    var blueprint = selector(layers: 1, share: 0.85...0.85, &draw)
    blueprint.words += [[1: -1], [0: 0.45], [0: 0.35], [0: 0.25], [0: 0.15]]
    blueprint.text =
      weak
      ? [nil, 5, 1, 4, nil, 0, nil, nil, 2, 3]
      : [nil, nil, 1, nil, nil, 0, nil, nil, nil, nil]
    return try PlantedModel(blueprint, draw)
  }

  /// Oracle: the planted truth. A deciding check supports every true map, another one at least
  /// where the ranking it tests is planted too; none supports a wrong map or contradicts a true one.
  @Test(arguments: Checks.all.map(\.info.name))
  func everyCheckTellsATrueMapFromAWrongOne(check name: String) throws {
    let info = try #require(Checks.all.first { $0.info.name == name }?.info)
    // The marker, the sixth word, stands last in the wrong map.
    let wrong = [0.02, 0.02, 0.01, 0.02, 0.02, 0, 0.02, 1, 0.02, 0.02]
    var supported = 0
    for planted in [try CheckContractTests.planted(), try CheckContractTests.planted(weak: true)] {
      func outcome(_ explanation: TestedExplanation) throws -> Outcome? {
        let report = try planted.model.verify(
          planted.input, explanation: explanation, checks: .named([name]),
          settings: planted.settings(CheckContractTests.settings), execution: Execution())
        return report.checks.first { $0.info.name == name }?.result.outcome
      }
      let faithful = try outcome(.method("attention"))
      #expect(faithful != .contradicts)
      supported += faithful == .supports ? 1 : 0
      if info.role != .descriptive { #expect(try outcome(.scores(wrong)) != .supports) }
    }
    switch info.role {
    case .primary: #expect(supported == 2)
    case .supporting: #expect(supported >= 1)
    case .descriptive: break
    }
  }
}
