// Oracle: files that Python wrote. Read and written again they hold the same JSON.

import Assay
import Foundation
import Testing

@Suite struct SavedResultTests {
  @Test func aReportOfPythonReadsAndWritesTheSame() async throws {
    let report = try Report.load(Places.python("report.json"))
    #expect(report.conditions.map(\.condition) == Condition.allCases)
    #expect(report.tokens.pieces.first == "[CLS]")
    try await Places.temporary { folder in
      try report.save(folder + "/report.json")
      #expect(try json(folder + "/report.json") == json(Places.python("report.json")))
      #expect(try Report.load(folder + "/report.json") == report)
    }
  }

  @Test func anExplanationOfPythonReadsAndWritesTheSame() async throws {
    let explanation = try Explanation.load(Places.python("explanation.json"))
    #expect(explanation.method == "integrated_gradients")
    #expect(explanation.words().map(\.text) == ["it", "was", "fine", "or", "not"])
    try await Places.temporary { folder in
      try explanation.save(folder + "/explanation.json")
      #expect(try json(folder + "/explanation.json") == json(Places.python("explanation.json")))
    }
  }

  @Test func everyCoderWritesTheSame() throws {
    let report = try Report.load(Places.python("report.json"))
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(Report.self, from: data) == report)
    let read = try JSONSerialization.jsonObject(with: data) as? NSDictionary
    #expect(try read == json(Places.python("report.json")))
  }

  /// The first edition of the rule had fewer fields; Python reads such a file too.
  @Test func aReportOfTheFirstEditionReads() throws {
    let path = Places.python("../../../python/tests/fixtures/report-first-edition.json")
    #expect(try Report.load(path).edition == 1)
  }

  /// That the numbers are Python's too is for tools/check_stranger.sh, which asks both.
  @Test func aSwiftReportHasTheShapeOfPythons() async throws {
    var settings = Settings()
    settings.budget = 400
    let report = try await demo().verify("a gripping film", settings: settings)
    let golden = try Report.load(Places.python("report.json"))
    #expect(report.tokens == golden.tokens)
    for (mine, theirs) in zip(report.explanation.scores, golden.explanation.scores) {
      #expect(abs(mine - theirs) < 1e-5)
    }
    try await Places.temporary { folder in
      try report.save(folder + "/report.json")
      #expect(
        shape(try json(folder + "/report.json")) == shape(try json(Places.python("report.json"))))
    }
  }

  @Test(arguments: [
    ("{}", "the format assay.report/1"), (#"{"format": "assay.report/1"}"#, "a value"),
    ("[", "end"),
  ])
  func anotherFileIsRefused(_ text: String, _ expected: String) async throws {
    try await Places.temporary { folder in
      let path = folder + "/report.json"
      try Data(text.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: AssayError.self) { try Report.load(path) }
      #expect(error?.kind == .input)
      #expect(error?.description.contains(expected) == true)
    }
  }

  /// A file may say anything; what does not fit together is an error and never a trap.
  @Test(arguments: [
    (#""words": [-1, 0, 1, 2, -1]"#, #""words": [-1, 0, 5, 2, -1]"#),
    (#""ids": ["#, #""ids": [1, "#), (#""positions": ["#, #""positions": [77, "#),
    (#""highlighted": ["#, #""highlighted": [99, "#), (#""ladder": "#, #""ladder": 1"#),
    (#""target": "#, #""target": -1, "was": "#), (#""seed": 0"#, #""seed": -3"#),
  ])
  func aChangedFileIsRefused(_ old: String, _ new: String) async throws {
    try await Places.temporary { folder in
      let record = try JSONEncoder().encode(try Report.load(Places.python("report.json")).record)
      let text = String(decoding: record, as: UTF8.self)
      let compact = old.replacing(": ", with: ":").replacing(", ", with: ",")
      #expect(text.contains(compact), "\(compact)")
      let changed = text.replacing(
        compact, with: new.replacing(": ", with: ":").replacing(", ", with: ","))
      let path = folder + "/report.json"
      try Data(changed.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: AssayError.self) { try Report.load(path) }
      #expect(error?.kind == .input)
    }
  }

  @Test func aPictureReadsBackToTheSameBits() throws {
    let model = try Model.load(Places.bare.replacing("bert-gelu-20x5", with: "vit-20x5"))
    let grid = try #require(model.card.grid)
    let count = grid.shape.reduce(1, *)
    let picture = Tensor((0..<count).map { Float($0 % 7) / 3 - 1 }, shape: grid.shape)
    let explanation = try model.explain(picture, method: "saliency")
    let again = try Explanation(record: explanation.record)
    #expect(again.tokens.picture?.scalars == picture.scalars)
    #expect(again == explanation)
    #expect(again.tokens.pieces.prefix(2) == ["[CLS]", "row 1, column 1"])
  }
}
