import Models
import Tensors

/// Words taken out of training texts the way checks take them out of explained ones, so that a
/// text with missing words is nothing a trained model has never seen.
///
/// Some of the examples lose a random share of their unreserved tokens; what takes the place of a
/// token (mask, unknown, another token of the data set, nothing) is the same for a whole example.
package struct Corruption: Sendable {
  /// The share of examples that lose tokens.
  package let share: Double
  /// The largest share of tokens that an example loses; each example draws its own below it.
  package let largest: Double
  /// Tokens to draw replacements from, as often as they are in the data.
  package let replacements: [Int]

  package init(share: Double, largest: Double, replacements: [Int]) {
    self.share = share
    self.largest = largest
    self.replacements = replacements
  }

  /// Everything a resumed training must agree on, as text.
  var summary: String {
    var hash = SHA256()
    hash.add(integers: replacements)
    let words = hash.digest().prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
    return "\(share) \(largest) \(replacements.count) \(words)"
  }

  /// What takes the place of a token.
  private enum Operator { case mask, unknown, replace, delete }

  /// The input with tokens taken out.
  func callAsFunction(_ input: Input, _ draw: inout RandomSource.Draw) -> Input {
    guard draw.uniform() < share else { return input }
    let rate = draw.uniform() * largest
    let operation = pick(draw.uniform(), input.vocabulary)
    var result = Input(ids: [], vocabulary: input.vocabulary)
    for position in 0..<input.count {
      var id = input.ids[position]
      if !input.special[position], draw.uniform() < rate {
        switch operation {
        case .mask: id = input.vocabulary.mask ?? id
        case .unknown: id = input.vocabulary.unknown ?? id
        case .replace: id = replacements[draw.integer(below: replacements.count)]
        case .delete: continue
        }
      }
      result.ids.append(id)
      result.types.append(input.types[position])
      result.special.append(input.special[position])
      result.words.append(input.words[position])
    }
    return result.count > 0 ? result : input
  }

  /// Mask in two fifths of the examples, the others in a fifth each; deletion in place of what the
  /// vocabulary cannot express.
  private func pick(_ chance: Double, _ vocabulary: Vocabulary) -> Operator {
    switch chance {
    case ..<0.4: vocabulary.mask == nil ? .delete : .mask
    case ..<0.6: vocabulary.unknown == nil ? .delete : .unknown
    case ..<0.8: replacements.isEmpty ? .delete : .replace
    default: .delete
    }
  }
}
