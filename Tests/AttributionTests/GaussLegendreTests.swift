import Testing

@testable import Attribution

@Suite struct GaussLegendreTests {
  /// Oracle: ∫₀¹ xᵏ = 1/(k + 1) exactly for k ≤ 2n − 1.
  @Test(arguments: [1, 2, 5, 20, 50, 300])
  func theRuleIsExactForPolynomials(_ count: Int) throws {
    let rule = try GaussLegendre(count)
    for degree in [0, 1, count, 2 * count - 1] {
      var sum = 0.0
      for (x, w) in zip(rule.nodes, rule.weights) {
        sum += w * (0..<degree).reduce(1.0) { value, _ in value * x }
      }
      #expect(abs(sum - 1 / Double(degree + 1)) < 1e-13, "degree \(degree)")
    }
    #expect(rule.nodes == rule.nodes.sorted() && rule.weights.allSatisfy { $0 > 0 })
  }
}
