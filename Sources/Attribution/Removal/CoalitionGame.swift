import Models
import Tensors
import Values

/// The game that Shapley values, KernelSHAP, LIME and occlusion play: v(S) is the target's output
/// when only the players in S are present, the others removed by an operator.
///
/// A player is a token or a word. A coalition is run once however often it is asked for.
package struct CoalitionGame {
  /// The positions of each player.
  package let players: [[Int]]
  /// Which operator removes the others.
  package let how: RemovalOperator
  /// Sequences run so far.
  package private(set) var forwards = 0
  private let question: Question
  private let output: Output
  private let remover: Remover
  private var known: [Coalition: Double] = [:]
  /// After so many coalitions the known ones are forgotten.
  private static let memory = 1 << 17

  /// The game of options made by `OptionSpec.removal`, `.watched` and `.granularity`.
  /// - Throws: `unsupported` when the operator cannot remove every player.
  package init(_ question: Question, _ options: Options, subject: String) throws(AssayError) {
    how = question.removalOperator(options)
    output = options.output
    remover = try Remover(
      question, how, draws: options.integer("draws"),
      fillers: question.fillers(options, subject: subject))
    players = question.units(words: options.text("granularity") == "word")
    self.question = question
  }

  /// - Throws: `unsupported` when nothing would be left without the players.
  package func checkEmptiness() throws(AssayError) { try remover.check(players.flatMap { $0 }) }

  /// v of each coalition, averaged over draws.
  ///
  /// Coalitions are run in slices, so that many need no more memory than a few.
  /// - Parameter part: which part of the whole work this is, for progress.
  package mutating func values(
    _ coalitions: [Coalition], part: ClosedRange<Double> = 0...1
  ) throws(AssayError) -> [Double] {
    if known.count > Self.memory { known.removeAll() }
    var unknown: [Coalition] = []
    var asked: Set<Coalition> = []
    for (index, coalition) in coalitions.enumerated() where known[coalition] == nil {
      guard question.execution.goesOn(index) else { throw .cancelled }
      if asked.insert(coalition).inserted { unknown.append(coalition) }
    }
    for start in stride(from: 0, to: unknown.count, by: 64) {
      let slice = unknown[start..<min(start + 64, unknown.count)]
      for (coalition, value) in zip(slice, try run(Array(slice))) { known[coalition] = value }
      let done = Double(slice.endIndex) / Double(unknown.count)
      try question.execution.report(
        part.lowerBound + done * (part.upperBound - part.lowerBound), "removing tokens")
    }
    return coalitions.map { known[$0] ?? .nan }
  }

  /// One score a position from one a player: its positions share it in equal parts.
  package func spread(_ scores: [Double]) -> [Float] {
    var share: [Int: Double] = [:]
    for (positions, score) in zip(players, scores) {
      for position in positions { share[position] = score / Double(positions.count) }
    }
    return question.positions.map { Float(share[$0] ?? 0) }
  }

  private mutating func run(_ coalitions: [Coalition]) throws(AssayError) -> [Double] {
    let jobs = coalitions.flatMap { coalition in
      let positions = coalition.absent.flatMap { players[$0] }.sorted()
      return (0..<remover.draws).map { remover.removed(positions, draw: $0) }
    }
    let interventions = jobs.map(\.interventions)
    var quiet = question.execution
    quiet.progress = nil
    let outcome = try question.model.predict(
      jobs.map(\.input), interventions: interventions.allSatisfy(\.isEmpty) ? [] : interventions,
      execution: quiet)
    forwards += jobs.count
    return coalitions.indices.map { index in
      (0..<remover.draws).reduce(0.0) {
        let logits = outcome.logits(index * remover.draws + $1)
        return $0 + question.model.card.value(question.target, output, logits: logits)
      } / Double(remover.draws)
    }
  }
}

extension Question {
  /// The explained positions one by one, or grouped by word; a position without a word is its own.
  func units(words: Bool) -> [[Int]] {
    guard words else { return positions.map { [$0] } }
    var units: [[Int]] = []
    var place: [Int: Int] = [:]
    for position in positions {
      guard let word = input.words[position] else {
        units.append([position])
        continue
      }
      if let index = place[word] {
        units[index].append(position)
      } else {
        place[word] = units.count
        units.append([position])
      }
    }
    return units
  }
}
