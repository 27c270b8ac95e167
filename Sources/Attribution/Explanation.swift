import Models
import Tensors
import Values

/// How many passes through the model a result took, in units of one sequence.
public struct Cost: Sendable, Equatable {
  /// Sequences run forward.
  public var forwards: Int
  /// Sequences run backward.
  public var backwards: Int

  /// No passes unless said.
  public init(forwards: Int = 0, backwards: Int = 0) {
    self.forwards = forwards
    self.backwards = backwards
  }

  /// The passes of both.
  public static func + (a: Cost, b: Cost) -> Cost {
    Cost(forwards: a.forwards + b.forwards, backwards: a.backwards + b.backwards)
  }
}

/// A numerical check that an explanation carries with it.
public struct Proof: Sendable, Equatable {
  /// What was checked.
  public let name: String
  /// The measured deviation.
  public let value: Double
  /// The deviation that is still explained by rounding.
  public let tolerance: Double
  /// Whether the deviation is within the tolerance.
  public var passed: Bool { value <= tolerance }

  package init(_ name: String, value: Double, tolerance: Double) {
    self.name = name
    self.value = value
    self.tolerance = tolerance
  }
}

/// One score per explained position, with everything needed to make it again.
package struct Explanation: Sendable {
  /// The registered method name, or `external` for scores that came from outside.
  package let method: String
  /// The explained scalar.
  package let target: Target
  /// The resolved options.
  package let options: [(name: String, value: Value)]
  /// The seed of everything stochastic.
  package let seed: UInt64
  /// Which positions are scored, ascending.
  package let positions: [Int]
  /// One score a position.
  package let scores: [Float]
  /// Sum of scores minus the difference they should sum to; nil where nothing is promised.
  package let convergenceDelta: Double?
  /// One standard error a position for sampled methods.
  package let standardErrors: [Float]?
  /// The share of attention on positions that are not explained and on punctuation; nil where it has
  /// no meaning.
  package let sinkMass: Double?
  /// The attention that the scores are a part of, over all positions; nil where they are no shares of
  /// attention.
  package let attention: AttentionRow?
  /// Numerical checks.
  package let proof: [Proof]
  /// What it took.
  package let cost: Cost
  /// Further vectors over the positions, by name.
  package let details: [(name: String, values: [Float])]

  package init(
    method: String, target: Target, options: [(name: String, value: Value)], seed: UInt64,
    positions: [Int], scores: [Float], convergenceDelta: Double?, standardErrors: [Float]?,
    sinkMass: Double?, attention: AttentionRow?, proof: [Proof], cost: Cost,
    details: [(name: String, values: [Float])]
  ) {
    self.method = method
    self.target = target
    self.options = options
    self.seed = seed
    self.positions = positions
    self.scores = scores
    self.convergenceDelta = convergenceDelta
    self.standardErrors = standardErrors
    self.sinkMass = sinkMass
    self.attention = attention
    self.proof = proof
    self.cost = cost
    self.details = details
  }
}

extension Explanation {
  /// The method of scores that came from outside.
  package static let external = "external"

  /// Whether the scores came from outside, so that they cannot be made again.
  package var isExternal: Bool { method == Explanation.external }

  /// The options as they are given to a method.
  package var givenOptions: [String: Value] {
    Dictionary(options.map { ($0.name, $0.value) }) { first, _ in first }
  }
}

/// The row of attention, or of attention traced to the input, that a map is read from.
package struct AttentionRow: Sendable, Equatable {
  /// One weight a position, special ones included.
  package let weights: [Double]
  /// The part of the weights that only says that the read-out position keeps its own state: what the
  /// residual stream leaves there.
  package let residual: [Double]

  /// - Parameters:
  ///   - residual: how much the residual stream leaves on the read-out position.
  ///   - readOut: how much of each position the head reads.
  package init(_ weights: [Double], residual: Double = 0, readOut: [Double] = []) {
    self.weights = weights
    self.residual =
      readOut.isEmpty
      ? weights.map { _ in 0 } : zip(weights, readOut).map { min($0, residual * $1) }
  }

  /// The weights without the residual, as shares; nil without mass.
  package var shares: [Double]? {
    let net = zip(weights, residual).map { max(0, $0 - $1) }
    let total = net.reduce(0, +)
    return total > 0 ? net.map { $0 / total } : nil
  }
}

/// What a method hands back; the registry adds name, target, options and seed.
package struct Scores: Sendable {
  package var scores: [Float]
  package var convergenceDelta: Double?
  package var standardErrors: [Float]?
  package var attention: AttentionRow?
  package var proof: [Proof] = []
  package var cost: Cost
  package var details: [(name: String, values: [Float])] = []
  /// What was used for options that nobody set and that depend on the question.
  package var resolved: [String: Value] = [:]

  package init(_ scores: [Float], cost: Cost) {
    self.scores = scores
    self.cost = cost
  }
}
