/// A share that was counted, and how well the count determines it.
package struct Proportion: Sendable, Equatable {
  package let successes: Int
  package let trials: Int

  package init(_ successes: Int, of trials: Int) {
    precondition(0...max(trials, 0) ~= successes, "more successes than trials")
    self.successes = successes
    self.trials = trials
  }

  /// Successes over trials; nil of nothing.
  package var share: Double? { trials > 0 ? Double(successes) / Double(trials) : nil }

  /// The interval that covers the true share 95 times in 100 (Wilson 1927); 0…1 of nothing.
  ///
  /// (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96.
  package var interval: ClosedRange<Double> {
    guard let share else { return 0...1 }
    let (n, z) = (Double(trials), 1.959963984540054)
    let center = share + z * z / (2 * n)
    let margin = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    // Exact at the ends, where rounding would leave a trace beyond 0 or 1.
    let lower = successes == 0 ? 0 : (center - margin) / scale
    let upper = successes == trials ? 1 : (center + margin) / scale
    return lower...upper
  }
}
