import Models
import Tensors

/// What a planted model is to do, said in meanings rather than in weights.
///
/// Meanings are numbered axes of the residual stream. A word carries strengths on some axes and
/// noise on the axes that mean nothing; heads look at one axis and carry others; the head of the
/// model reads one axis, positive for the planted label.
package struct Blueprint: Sendable {
  /// The width of the residual stream.
  var width = 32
  /// How many axes have a meaning.
  var axes: Int
  /// Words with a meaning, axis to strength; every other word of the vocabulary has none.
  var words: [[Int: Double]]
  /// The text between a first and a last position, CLS and SEP or what the kind of model has there: the
  /// index of a word with a meaning, or nil for an ordinary one.
  var text: [Int?]
  /// Layers from the input upwards, each a list of heads.
  var layers: [[Head]]
  /// Feed-forward units of the last layer.
  var units: [Unit] = []
  /// The axis that the head reads.
  var reads: Int
  /// The probability of the planted label on the whole text.
  var confidence: Double
  /// The planted label.
  var label: Int
  /// Which words of `words` the prediction rests on.
  var evidence: [Int]
  /// Which of them attention could have named as well as the one that it names.
  var spares: [Int] = []
  /// How much of the truth was planted, 0...1, in a family that is graded.
  var grade: Double?

  /// Where one head looks and what it brings back; every query looks alike.
  struct Head: Sendable {
    /// Attention scores per unit of strength on an axis.
    var looks: [(axis: Int, score: Double)] = []
    /// Gains from one axis of the seen token to another of the reader, per unit of strength.
    var carries: [(from: Int, to: Int, gain: Double)] = []
    /// The standard deviation of scores among tokens without a meaning.
    var spread = 0.3
  }

  /// One rectified feed-forward unit.
  struct Unit: Sendable {
    var reads: [(axis: Int, weight: Double)]
    var bias: Double
    var writes: [(axis: Int, weight: Double)]
  }

  /// The length of the text with its first and last position.
  var length: Int { text.count + 2 }

  /// What is left of a strength that attention wrote, behind the norm that follows: it shrinks what was
  /// written along with the stream.
  ///
  /// - Parameter count: how many axes were written with as much.
  func normed(_ written: Double, axes count: Int = 1) -> Double {
    let width = Double(width)
    return written * (width / (width + Double(count) * written * written)).squareRoot()
  }

  /// The attention score at which tokens of number `among` together take `share` of a head's
  /// attention, while all others score 0.
  func score(share: Double, among: Int = 1) -> Double {
    logarithm(share / (1 - share) * Double(length - among) / Double(among))
  }
}

/// A family whose models are written: a blueprint turned into weights.
protocol WrittenFamily: FamilyOfKinds {
  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint
}

extension WrittenFamily {
  package var generator: PlantedGenerator { .written }

  func planted(
    as kind: PlantedKind, _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    // A kind may not read texts of every length; what is drawn has the family's distribution among
    // those that it reads.
    var blueprint = blueprint(&draw)
    while !kind.form.fits(blueprint, kind.model.head) { blueprint = self.blueprint(&draw) }
    return try PlantedModel(blueprint, draw, kind: kind)
  }
}

extension RandomSource.Draw {
  /// A number in the range.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number in the range.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// One of the choices.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[integer(below: choices.count)]
  }

  /// A text of ordinary words with the given words strewn in, each once.
  mutating func text(length: ClosedRange<Int> = 6...20, strewing words: [Int]) -> [Int?] {
    let count = integer(in: length)
    var text = [Int?](repeating: nil, count: count)
    for (word, place) in zip(words, permutation(count)) { text[place] = word }
    return text
  }
}
