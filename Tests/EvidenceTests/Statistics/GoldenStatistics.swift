import Foundation

/// The numbers of `Tests/Fixtures/statistics/statistics.json` (scipy's; versions inside).
struct GoldenStatistics: Decodable {
  struct Pair: Decodable, Sendable {
    let name: String
    let a: [Double]
    let b: [Double]
    let k: Int
    let ranks: [Double]
    let kendall: [Double?]
    let spearman: [Double?]
    let pearson: [Double?]
    let jsd: Double
    let rbo: Double
    let top_k_overlap: Double
    let kendall_top_k: Double?
    let lift: Double?

    /// Statistic name, value, and p-value where the table has one.
    var expected: [(name: String, value: Double?, pValue: Double?)] {
      [
        ("kendall", kendall[0], kendall[1]), ("spearman", spearman[0], spearman[1]),
        ("pearson", pearson[0], pearson[1]), ("jsd", jsd, nil), ("rbo", rbo, nil),
        ("top_k_overlap", top_k_overlap, nil), ("kendall_top_k", kendall_top_k, nil),
        ("lift", lift, nil),
      ]
    }
  }

  struct Special: Decodable {
    let student_two_sided: [[Double]]
    let normal_two_sided: [[Double]]
    let incomplete_beta: [[Double]]
  }

  let special: Special
  let pairs: [Pair]

  static func load() throws -> GoldenStatistics {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Fixtures/statistics/statistics.json")
    return try JSONDecoder().decode(GoldenStatistics.self, from: Data(contentsOf: file))
  }
}

/// True when both numbers agree to `tolerance`, absolutely and relative to the larger magnitude.
func isClose(_ found: Double, _ expected: Double, tolerance: Double = 1e-12) -> Bool {
  abs(found - expected) <= tolerance * max(1, abs(expected))
}
