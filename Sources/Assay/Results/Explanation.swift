import Attribution
import Evidence
import Models
import Tensors
import Values

/// One score per explained position, with everything needed to make it again.
public struct Explanation: SavedResult {
  /// What saved explanations call themselves.
  public static let format = "assay.explanation/1"
  /// The registered method name, or `external` for scores that came from outside.
  public let method: String
  /// The whole input, special tokens included.
  public let tokens: Tokens
  /// One score a position, in the method's own unit; see ``sumsTo``.
  public let scores: [Float]
  /// Which tokens are scored, ascending.
  public let positions: [Int]
  /// The explained scalar.
  public let target: Target?
  /// Every option as it was resolved.
  public let options: [String: Value]
  /// The seed of everything stochastic.
  public let seed: UInt64
  /// Sum of scores minus the difference they should sum to; nil where nothing is promised.
  public let convergenceDelta: Double?
  /// One standard error a position for sampled methods.
  public let standardErrors: [Float]?
  /// The share of attention on special tokens and punctuation; nil where it has no meaning.
  public let sinkMass: Double?
  /// What the scores add up to, where the method promises it.
  public let sumsTo: String?
  /// Numerical checks of the explanation itself.
  public let proof: [Proof]
  /// Passes through the model.
  public let cost: Cost
  /// Further vectors over the positions, by name.
  public let details: [String: [Float]]
  /// Everything as plain values.
  public let record: Value

  /// The explanation of a record.
  public init(record: Value) throws(AssayError) {
    var fields = try Fields(record)
    try self.init(record: record, tokens: try Tokens(record: try fields.required("tokens")))
  }

  /// The explanation of the engine.
  init(_ explanation: Attribution.Explanation, _ tokens: Tokens) throws(AssayError) {
    var members = Value.explanation(explanation).plain.recordValue ?? Members()
    members["tokens"] = tokens.record
    try self.init(record: .record(members), tokens: tokens)
  }

  /// - Parameter tokens: what a record that stands in a report does not say.
  init(record: Value, tokens: Tokens) throws(AssayError) {
    var fields = try Fields(record)
    self.tokens = tokens
    self.record = record
    method = try fields.required("method").string()
    scores = try fields.required("scores").floats()
    positions = try fields.required("positions").integers(in: 0...max(0, tokens.count - 1))
    target = try fields.optional("target")?.target()
    options = try fields.named("options") { one throws(AssayError) in one.value }
    seed = UInt64(clamping: try fields.optional("seed")?.integer(in: 0...Int.max) ?? 0)
    convergenceDelta = try fields.optional("convergence_delta")?.number()
    standardErrors = try fields.optional("standard_errors")?.floats()
    sinkMass = try fields.optional("sink_mass")?.number()
    sumsTo = try fields.optional("sums_to")?.string()
    proof =
      try fields.optional("proof")?.list { one throws(AssayError) in
        var fields = try one.fields()
        return Proof(
          try fields.required("name").string(), value: try fields.required("value").number(),
          tolerance: try fields.required("tolerance").number())
      } ?? []
    cost = try fields.cost("cost")
    details = try fields.named("details") { one throws(AssayError) in try one.floats() }
    guard positions.count == scores.count, Set(positions).count == scores.count,
      standardErrors.map({ $0.count == scores.count }) ?? true
    else {
      throw AssayError(
        .option, "scores", expected: "one for each of the explained positions",
        found: "\(scores.count) for \(positions.count)")
    }
  }

  /// How scores of several tokens become one.
  public enum Reduction: Sendable {
    /// Their sum.
    case sum
    /// The largest by size.
    case largest
  }

  /// The scores of whole words, in the order in which they stand in the text; a special token that was
  /// explained on request stands alone.
  public func words(_ reduction: Reduction = .sum) -> [(text: String, score: Double)] {
    let texts = tokens.wordTexts
    var found: [(text: String, score: Double)] = []
    var places: [Int: Int] = [:]
    for (position, score) in zip(positions, scores) {
      let score = Double(score)
      guard let word = tokens.words[position] else {
        found.append((tokens.pieces[position], score))
        continue
      }
      guard let place = places[word] else {
        places[word] = found.count
        found.append((texts[word], score))
        continue
      }
      switch reduction {
      case .sum: found[place].score += score
      case .largest where abs(score) > abs(found[place].score): found[place].score = score
      case .largest: break
      }
    }
    return found
  }
}

extension Fields {
  /// The members of a record that may be missing, each read by `read`.
  mutating func named<Content>(
    _ name: String, _ read: (Argument) throws(AssayError) -> Content
  ) throws(AssayError) -> [String: Content] {
    guard var fields = try optional(name)?.fields() else { return [:] }
    var found: [String: Content] = [:]
    for (name, argument) in fields.all() { found[name] = try read(argument) }
    return found
  }

  /// Passes; none where nothing stands.
  mutating func cost(_ name: String) throws(AssayError) -> Cost {
    guard var fields = try optional(name)?.fields() else { return Cost() }
    return Cost(
      forwards: try fields.optional("forwards")?.integer(in: 0...Int.max) ?? 0,
      backwards: try fields.optional("backwards")?.integer(in: 0...Int.max) ?? 0)
  }
}

extension Argument {
  /// Numbers in single precision.
  func floats() throws(AssayError) -> [Float] {
    try numbers().map { Float($0) }
  }

  /// A label's index, or the pair of a contrast.
  func target() throws(AssayError) -> Target {
    guard case .list = value else { return .label(try integer(in: 0...Int(Int32.max))) }
    let pair = try integers(in: 0...Int(Int32.max))
    guard pair.count == 2 else { throw mismatch("an index or a pair of indices") }
    return .contrast(pair[0], pair[1])
  }
}
