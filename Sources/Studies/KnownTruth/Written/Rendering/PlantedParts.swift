import Tensors

/// The numbers of a blueprint's weights, whatever the architecture calls and stores them.
///
/// Axis 0 of the basis is the ballast: it stands on every token and is large, so that every layer norm
/// divides by nearly the same number. The axes after it carry the meanings, the rest carry noise. Every
/// word has the same length, so that no word stands out by the scale its norm gives it; mask, pad and
/// unknown tokens are ordinary words.
///
/// Random parts are drawn in the order in which they are asked for.
struct PlantedParts {
  static let ballast = 4.0
  static let wordLength = 1.5
  static let positionLength = 0.2
  private static let weightNoise = 1e-3

  let blueprint: Blueprint
  let basis: Basis
  /// What a norm to the length √width multiplies the strengths of an embedded token with.
  let scale: Double
  private var draw: RandomSource.Draw

  init(_ blueprint: Blueprint, _ draw: RandomSource.Draw) {
    self.blueprint = blueprint
    self.draw = draw
    basis = Basis(width: blueprint.width, &self.draw)
    let length = [Self.ballast, Self.wordLength, Self.positionLength].reduce(0) { $0 + $1 * $1 }
    scale = (Double(blueprint.width) / length).squareRoot()
  }

  /// The direction of a meaning.
  func direction(_ axis: Int) -> [Double] { basis.directions[axis + 1] }

  /// The direction that stands on every token.
  var ballastDirection: [Double] { basis.directions[0] }

  // MARK: Embeddings

  /// `count` words without a meaning, then those of the blueprint.
  mutating func words(ordinary count: Int) -> [[Double]] {
    var words: [[Double]] = []
    for _ in 0..<count { words.append(word()) }
    for meaning in blueprint.words {
      let strengths = meaning.sorted { $0.key < $1.key }.map { ($0.key + 1, $0.value) }
      let used = strengths.reduce(0) { $0 + $1.1 * $1.1 }
      let rest = noise(length: max(0, Self.wordLength * Self.wordLength - used).squareRoot())
      words.append(zip(basis.vector(strengths), rest).map(+))
    }
    return words
  }

  /// A word without a meaning.
  mutating func word() -> [Double] { noise(length: Self.wordLength) }

  /// What positions, or segments, add to a word.
  mutating func positions(_ count: Int) -> [[Double]] {
    (0..<count).map { _ in noise(length: Self.positionLength) }
  }

  // MARK: Blocks

  /// One layer's attention: matrices `[outputs, inputs]`, which read a stream whose tokens have the
  /// length √width.
  struct Attention {
    let queryBias: [Double]
    let query, key, value, output: [[Double]]
  }

  mutating func attention(_ heads: [Blueprint.Head]) -> Attention {
    let width = blueprint.width
    let headWidth = width / heads.count
    var query = [Double](repeating: 0, count: width)
    var key = zeros(width, width)
    var value = zeros(width, width)
    var output = zeros(width, width)
    for (number, head) in heads.enumerated() {
      let start = number * headWidth
      let slots = Basis.orthonormal(headWidth, width: headWidth, &draw)
      // q · k / √width with q = √width · slot, k = (looks · x) slot is looks · x.
      for row in 0..<headWidth {
        query[start + row] = Double(headWidth).squareRoot() * slots[0][row]
      }
      let looks = looking(head)
      for row in 0..<headWidth {
        for column in 0..<width { key[start + row][column] = slots[0][row] * looks[column] }
      }
      for (slot, carry) in zip(slots, head.carries) {
        let (from, to) = (direction(carry.from), direction(carry.to))
        for row in 0..<headWidth {
          for column in 0..<width {
            value[start + row][column] += slot[row] * from[column] * carry.gain / scale
            output[column][start + row] += to[column] * slot[row]
          }
        }
      }
    }
    return Attention(
      queryBias: query, query: noisy(zeros(width, width)), key: noisy(key), value: noisy(value),
      output: noisy(output))
  }

  /// The row vector that gives a head's scores: its axes, and noise for the asked spread.
  private mutating func looking(_ head: Blueprint.Head) -> [Double] {
    let axes = head.looks.map { ($0.axis + 1, $0.score / scale) }
    let noiseAxes = Double(basis.directions.count - 1 - blueprint.axes)
    let length = head.spread * noiseAxes.squareRoot() / (scale * Self.wordLength)
    return zip(basis.vector(axes), noise(length: length)).map(+)
  }

  /// One layer's feed-forward branch: matrices `[outputs, inputs]`.
  struct FeedForward {
    let expand: [[Double]]
    let bias: [Double]
    let contract: [[Double]]
  }

  /// How many units a feed-forward branch has.
  var innerWidth: Int { Self.innerWidth(blueprint) }

  static func innerWidth(_ blueprint: Blueprint) -> Int { max(4, blueprint.units.count) }

  /// The branch of a layer; the units stand in the last one.
  mutating func feedForward(layer: Int) -> FeedForward {
    let units = layer == blueprint.layers.count - 1 ? blueprint.units : []
    let width = blueprint.width
    var expand = zeros(innerWidth, width)
    var bias = zeros(innerWidth)
    var contract = zeros(width, innerWidth)
    for (row, unit) in units.enumerated() {
      expand[row] = basis.vector(unit.reads.map { ($0.axis + 1, $0.weight) })
      bias[row] = unit.bias
      let written = basis.vector(unit.writes.map { ($0.axis + 1, $0.weight) })
      for column in 0..<width { contract[column][row] = written[column] }
    }
    return FeedForward(expand: noisy(expand), bias: bias, contract: noisy(contract))
  }

  // MARK: Numbers

  /// Random orthonormal vectors of the stream's width, orthogonal to the orthonormal `against`.
  mutating func orthonormal(_ count: Int, against: [[Double]] = []) -> [[Double]] {
    Basis.orthonormal(count, width: blueprint.width, against: against, &draw)
  }

  /// Random orthonormal vectors of another width.
  mutating func orthonormal(_ count: Int, width: Int, against: [[Double]]) -> [[Double]] {
    Basis.orthonormal(count, width: width, against: against, &draw)
  }

  /// A random vector of the given length on the axes that mean nothing.
  private mutating func noise(length: Double) -> [Double] {
    let axes = Array(blueprint.axes + 1..<basis.directions.count)
    let values = axes.map { _ in draw.normal() }
    let size = dot(values, values).squareRoot()
    return basis.vector(zip(axes, values).map { ($0, $1 * length / size) })
  }

  /// The rows with a little noise on every number.
  mutating func noisy(_ rows: [[Double]]) -> [[Double]] {
    rows.map { row in row.map { $0 + Self.weightNoise * draw.normal() } }
  }

  func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }

  private func zeros(_ rows: Int, _ columns: Int) -> [[Double]] {
    Array(repeating: zeros(columns), count: rows)
  }
}
