import Models
import Tensors
import Values

/// How much the target's output falls when a window of tokens or words is removed.
package struct Occlusion: Method {
  package let info = MethodInfo(
    name: "occlusion",
    summary: "how much the score falls when a window around each token or word is removed",
    formula: "e_u = mean over windows W ∋ u of v(all) − v(all without W), u a token or a word",
    source: "Zeiler & Fergus 2014; Li et al. 2016", cost: "one forward pass a window", signed: true,
    needs: [.classifier],
    options: [
      OptionSpec(
        "window", .integer(1...100_000), default: .integer(1),
        "how many tokens or words are removed together; no more than there are"),
      OptionSpec(
        "stride", .integer(1...100_000), default: .integer(1),
        "how far a window is from the next; the last window ends with the text"),
      .granularity, .watched,
    ] + OptionSpec.removal(default: nil))

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    var game = try CoalitionGame(question, options, subject: info.name)
    let count = game.players.count
    let windows = Self.windows(
      count, size: options.integer("window"), stride: options.integer("stride"))
    if windows.contains(where: { $0.count == count }) { try game.checkEmptiness() }
    let all = Coalition(count: count, full: true)
    let values = try game.values(
      [all]
        + windows.map { window in
          var left = all
          for player in window { left.remove(player) }
          return left
        })
    var sums = [Double](repeating: 0, count: count)
    var covered = sums
    for (window, value) in zip(windows, values.dropFirst()) {
      for player in window {
        sums[player] += values[0] - value
        covered[player] += 1
      }
    }
    let means = zip(sums, covered).map { $1 > 0 ? $0 / $1 : 0 }
    var result = Scores(game.spread(means), cost: Cost(forwards: game.forwards))
    result.resolved = ["operator": .text(game.how.rawValue)]
    return result
  }

  /// Windows from the start; the last one is moved back to end with the text.
  static func windows(_ count: Int, size: Int, stride step: Int) -> [Range<Int>] {
    let size = min(size, count)
    var windows = stride(from: 0, through: count - size, by: step).map { $0..<$0 + size }
    if let last = windows.last, last.upperBound < count { windows.append(count - size..<count) }
    return windows
  }
}
