import Attribution
import Models
import Tensors
import Values

/// Shapley values over every coalition, which sampling estimates.
package enum ExactShapley {
  /// The most players: 2^14 coalitions.
  package static let most = 14

  /// φ_i = Σ over S without i of |S|! (n − |S| − 1)! / n! · (v(S and i) − v(S)).
  ///
  /// - Parameter values: v of every coalition, the one that has player i at a place with bit i.
  package static func values(_ values: [Double], players count: Int) -> [Double] {
    precondition(values.count == 1 << count)
    // |S|! (n − |S| − 1)! / n! = 1 / (n · C(n − 1, |S|)), built up without a factorial.
    var weights = [1 / Double(count)]
    for size in 1..<max(1, count) {
      weights.append(weights[size - 1] * Double(size) / Double(count - size))
    }
    return (0..<count).map { player in
      var sum = 0.0
      for place in values.indices where place >> player & 1 == 0 {
        sum += weights[place.nonzeroBitCount] * (values[place | 1 << player] - values[place])
      }
      return sum
    }
  }

  /// The values of the game that `shapley_sampling` plays with its defaults, one an explained position.
  /// - Throws: `input` for more than `most` players, and what running the model throws.
  package static func of(_ question: Question) throws(AssayError) -> [Double] {
    let info = try Methods.named("shapley_sampling").info
    let options = try Options([:], for: info.options, subject: info.name)
    var game = try CoalitionGame(question, options, subject: info.name)
    let count = game.players.count
    guard (1...most).contains(count) else {
      throw AssayError(
        .input, "input", expected: "1 to \(most) explained tokens, whose sets are all run",
        found: "\(count)")
    }
    let coalitions = (0..<1 << count).map { place in
      var coalition = Coalition(count: count)
      for player in 0..<count where place >> player & 1 == 1 { coalition.insert(player) }
      return coalition
    }
    return values(try game.values(coalitions), players: count)
  }
}
