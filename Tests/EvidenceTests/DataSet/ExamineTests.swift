import Attribution
import Kernels
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Evidence

@Suite struct ExamineTests {
  private static let fast = { () -> Settings in
    var settings = Settings()
    (settings.draws.means, settings.draws.most, settings.draws.placements) = (8, 19, 199)
    (settings.draws.supporting, settings.draws.ranking) = (3, 3)
    return settings
  }()

  private static func questions(_ method: String = "attention_rollout") -> RowQuestions {
    let references = Persistence.references + ["leave_one_out"]
    var questions = RowQuestions(method: method, methods: [method, "attention"] + references)
    questions.settings = fast
    questions.randomSets = 4
    return questions
  }

  private static func rows(_ count: Int = 5) -> [DataSetRow] {
    var random = TestNumbers(seed: 11)
    return (0..<count).map { row in
      let ids = (0..<random.integer(in: 4...9)).map { _ in random.integer(in: 5...52) }
      return DataSetRow(
        Input(ids: ids, vocabulary: Vocabulary(size: 53, mask: 4, pad: 0)), seed: UInt64(100 + row),
        label: row % 2)
    }
  }

  /// Everything of a row that an audit stores, as one text.
  private static func said(_ row: Result<ExaminedRow, AssayError>) -> String {
    switch row {
    case .failure(let error): "\(error)"
    case .success(let row):
      """
      \(row.report.verdict) \(row.report.reason) \(row.report.ladder) \(row.report.highlighted)
      \(row.report.checks.map { "\($0.result.outcome) \(String(describing: $0.result.statistic))" })
      \(row.report.explanation.scores) \(row.agreement) \(String(describing: row.removal))
      \(row.curves) \(String(describing: row.correct)) \(String(describing: row.confidence))
      """
    }
  }

  /// Oracle: a row alone, on one thread: neither the chunk nor the threads change a bit.
  @Test func aRowDoesNotDependOnItsChunkNorOnThreads() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let rows = Self.rows()
    let together = try model.examine(rows, Self.questions(), execution: Execution(threads: 4))
    for (row, found) in zip(rows, together) {
      let alone = try model.examine([row], Self.questions(), execution: Execution(seed: 9))
      #expect(Self.said(alone[0]) == Self.said(found))
      #expect(Self.said(found).contains("MethodAgreement"))
    }
  }

  /// Oracle: `verify` of the same input with the row's seed.
  @Test func theVerdictIsThatOfVerify() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    for (row, found) in zip(
      Self.rows(2), try model.examine(Self.rows(2), Self.questions(), execution: Execution()))
    {
      let report = try model.verify(
        row.input, explanation: .method("attention_rollout"), settings: Self.fast,
        execution: Execution(seed: row.seed))
      let examined = try found.get()
      #expect(examined.report.verdict == report.verdict)
      #expect(
        examined.report.checks.map(\.result.statistic) == report.checks.map(\.result.statistic))
      #expect(examined.correct == (examined.predicted == row.label))
    }
  }

  @Test func aRowThatFailsLeavesTheOthers() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    var rows = Self.rows(3)
    let bad = Input(ids: [1, 99], vocabulary: Vocabulary(size: 53))
    rows.insert(DataSetRow(bad, seed: 1), at: 1)
    rows.append(DataSetRow(Self.rows(1)[0].input, seed: 1, scores: [1, 2]))
    let found = try model.examine(rows, Self.questions(), execution: Execution(threads: 2))
    let kinds = found.map { row -> AssayError.Kind? in
      if case .failure(let error) = row { error.kind } else { nil }
    }
    #expect(kinds == [nil, .input, nil, nil, .shape])
  }

  /// Oracle: the explanation by itself, compared with the tested one.
  @Test func aMethodThatNoCheckMakesIsMadeForTheMatrix() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    var questions = Self.questions("saliency")
    questions.methods = ["saliency", "attention"]
    let row = Self.rows(1)[0]
    let found = try model.examine([row], questions, execution: Execution())[0].get()
    let question = try Question(model, row.input, execution: Execution(seed: row.seed))
    let maps = try ["saliency", "attention"].map { try question.explain(method: $0) }
      .map { $0.scores.map { abs(Double($0)) } }
    let tau = try Agreement.measure(maps[0], maps[1], statistics: ["kendall"], draws: 0)
    #expect(
      found.agreement.kendall == [
        1, tau["kendall"]?.association.value, tau["kendall"]?.association.value, 1,
      ])
  }

  @Test func aTestedMethodThatTheModelLacksIsRefused() throws {
    let bare = try Fixture("gpt2-bare-20x4").model()
    let error = #expect(throws: AssayError.self) {
      try bare.examine(Self.rows(1), Self.questions("saliency"), execution: Execution())
    }
    #expect(error?.kind == .unsupported)
  }

  @Test func cancellationEndsTheChunk() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let execution = Execution().watched(by: Poll { _ in false })
    let error = #expect(throws: AssayError.self) {
      try model.examine(Self.rows(), Self.questions(), execution: execution)
    }
    #expect(error?.kind == .cancelled)
  }

  @Test func whatNoRowCouldAnswerIsRefusedAtOnce() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    func refused(_ change: (inout RowQuestions) -> Void) -> AssayError? {
      var questions = Self.questions()
      change(&questions)
      return #expect(throws: AssayError.self) {
        try model.examine(Self.rows(1), questions, execution: Execution())
      }
    }
    #expect(refused { $0.method = "magic" }?.subject == "method")
    #expect(refused { $0.options = ["magic": .integer(1)] }?.kind == .option)
    #expect(refused { $0.checks = .named(["magic"]) }?.subject == "checks")
    #expect(refused { $0.methods.append("magic") }?.subject == "method")
    #expect(refused { $0.target = .label(7) }?.kind == .option)
  }

  /// Oracle: each pair measured by itself.
  @Test func theMatricesAreThoseOfSinglePairs() throws {
    let maps: [[Double]?] = [[0.1, -2, 0.4, 0.3], nil, [3, 1, -2, 2], [1, 1, 1, 1]]
    let found = MethodAgreement(maps)
    for (row, first) in maps.enumerated() {
      for (column, second) in maps.enumerated() {
        let place = row * maps.count + column
        guard let first, let second else {
          #expect(found.kendall[place] == nil && found.lift[place] == nil)
          continue
        }
        let agreement = try Agreement.measure(
          first.map(abs), second.map(abs), statistics: ["kendall"], draws: 0)
        let tau = agreement["kendall"]?.association.value
        #expect(found.kendall[place] == (row == column ? tau.map { _ in 1 } : tau))
        #expect(found.lift[place] == Lift.of(first, in: second.map(abs)).value)
      }
    }
    #expect(found.variance.map { $0 == nil } == [false, true, false, true])
  }

  /// Oracle: the model run on the shortened inputs one by one; a chosen position is read
  /// where it has moved to, and the one before it where it has gone.
  @Test(arguments: ["bert-gelu-20x5", "bert-tokens-20x2", "gpt2-tokens-20x4"])
  func removalIsThatOfSinglePasses(_ name: String) throws {
    let model = try Fixture(name).model()
    var input = Self.rows(1)[0].input
    if model.card.readOut.isChosen { input.position = input.count - 1 }
    let question = try Question(model, input, execution: Execution(seed: 5))
    let found = try #require(try RowRemoval(question, highlighted: [0, 2], label: 1, sets: 6))
    func label(without positions: [Int]) throws -> Int {
      let kept = (0..<input.count).filter { !positions.contains($0) }
      var shorter = Input(ids: kept.map { input.ids[$0] }, vocabulary: input.vocabulary)
      shorter.position = input.position.map { position in
        kept.lastIndex { $0 <= position } ?? 0
      }
      return model.card.predicted(try model.predict([shorter]).logits(0))
    }
    let before = model.card.predicted(question.prediction.logits(0))
    #expect(found.same == (try label(without: [0, 2]) == before))
    #expect(found.correct == (try label(without: [0, 2]) == 1))
    let source = RandomSource(seed: 5, stream: "data_set.removal")
    var stays = 0.0
    for index in 0..<6 {
      var draw = source.draw(index)
      let set = Array(draw.permutation(input.count).prefix(2))
      if try label(without: set) == before { stays += 1 }
    }
    #expect(found.randomSame == stays / 6)
  }

  /// Oracle: the side of ½ is the label of one score; a quantity has none.
  @Test func oneScoreAloneHasTwoLabels() throws {
    let card = try Fixture("bert-gelu-20x5").model().card
    #expect(try #require(card.predictedLabel([0.7])) == (1, 0.7))
    #expect(try #require(card.predictedLabel([0.25])) == (0, 0.75))
    #expect(try #require(card.predictedLabel([0.2, 0.5, 0.3])) == (1, 0.5))
    #expect(card.predictedLabel([]) == nil)
  }
}
