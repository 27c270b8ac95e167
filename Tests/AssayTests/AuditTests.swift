// Oracles: the shape of Python's answer to the same rows, numpy's seeds, and one verdict a row.

import Assay
import Foundation
import Testing

private let rows = [
  AuditRow("a gripping film", label: "positive"), AuditRow("a dull mess", label: "NEGATIVE"),
  AuditRow(""), AuditRow("a fine cast in a thin story", label: "1"),
]

@Suite struct AuditTests {
  /// That the numbers are Python's too is for tools/check_stranger.sh, which asks both.
  @Test func anAuditHasTheShapeOfPythonsAnswer() async throws {
    let audit = try demo().audit(rows)
    let golden = try json(Places.python("answer.json"))
    #expect(audit.verdict != nil && !audit.sentences.isEmpty)
    #expect(audit.errors.map(\.row) == [2])
    try await Places.temporary { folder in
      try audit.save(folder)
      let mine = try json(folder + "/answer.json")
      #expect(shape(mine) == shape(golden))
    }
  }

  /// `numpy.random.SeedSequence((seed, row)).generate_state(1, numpy.uint64)[0] >> 11`, numpy 2.
  @Test(arguments: [
    (seed: UInt64(0), row: 0, expected: UInt64(7_711_540_714_544_783)),
    (0, 5, 5_959_364_984_779_701), (7, 1, 3_239_972_230_578_407),
  ])
  func aRowHasTheSeedThatPythonGivesIt(_ seed: UInt64, _ row: Int, _ expected: UInt64) throws {
    let audit = try demo().audit(
      (0...row).map { _ in AuditRow("") }, execution: Execution(threads: 1, seed: seed))
    #expect(audit.rows[row].seed == expected)
  }

  @Test func aRowIsItsVerdict() throws {
    let model = try demo()
    let audit = try model.audit(rows)
    let seed = audit.rows[1].seed
    let report = try model.verify("a dull mess", execution: Execution(threads: 1, seed: seed))
    #expect(audit.rows[1].verdict == report.verdict.rawValue)
    #expect(audit.rows[1].reason == report.reason?.rawValue)
    #expect(audit.rows[1].strength == report.strength)
    #expect(audit.rows[1].label?.lowercased() == "negative")
    #expect(audit.rows[1].correct == true)
  }

  @Test func rowsThatComeOneByOneGiveTheSame() async throws {
    let model = try demo()
    let many = (0..<23).map { rows[$0 % rows.count] }
    let stream = AsyncStream { continuation in
      for row in many { continuation.yield(row) }
      continuation.finish()
    }
    let audit = try await model.audit(stream)
    let called = try syncAudit(model, many)
    #expect(audit.rows == called.rows)
    #expect(audit.answer == called.answer)
  }

  private func syncAudit(_ model: Model, _ rows: [AuditRow]) throws -> Audit {
    try model.audit(rows, execution: Execution(threads: 1))
  }

  @Test func aTableBecomesRows() async throws {
    try await Places.temporary { folder in
      let path = folder + "/data.csv"
      let text =
        "\u{FEFF}id,text,label\r\n1,\"a \"\"fine\"\", long\nfilm\",positive\r\n\r\n2,dull,\r\n"
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(
        try AuditRow.rows(ofCSV: path, label: "label") == [
          AuditRow("a \"fine\", long\nfilm", label: "positive"), AuditRow("dull"),
        ])
      let column = #expect(throws: AssayError.self) {
        try AuditRow.rows(ofCSV: path, text: "sentence")
      }
      #expect(column?.description.contains("id, text, label") == true)
      try Data("text\n\"open".utf8).write(to: URL(filePath: path))
      let open = #expect(throws: AssayError.self) { try AuditRow.rows(ofCSV: path) }
      #expect(open?.description.contains("quotation") == true)
      try Data("text,label\nfine\n".utf8).write(to: URL(filePath: path))
      let short = #expect(throws: AssayError.self) { try AuditRow.rows(ofCSV: path) }
      #expect(short?.description.contains("row 0") == true)
      try Data([0xff, 0xfe]).write(to: URL(filePath: path))
      let bytes = #expect(throws: AssayError.self) { try AuditRow.rows(ofCSV: path) }
      #expect(bytes?.description.contains("UTF-8") == true)
    }
  }

  @Test func rowsAreReadAndWrittenAsJSON() throws {
    let text = #"[{"text": "a fine film", "label": 1, "rationale": [[2, 6]]}, {"text": "dull"}]"#
    let read = try JSONDecoder().decode([AuditRow].self, from: Data(text.utf8))
    #expect(
      read == [AuditRow("a fine film", label: "1", rationale: [[2, 6]]), AuditRow("dull")])
    let audited = try demo().audit(read).rows
    let data = try JSONEncoder().encode(audited)
    #expect(try JSONDecoder().decode([AuditedRow].self, from: data) == audited)
  }

  @Test func anAuditOfNothingIsRefused() throws {
    let error = #expect(throws: AssayError.self) { try demo().audit([]) }
    #expect(error?.subject == "rows")
    let method = #expect(throws: AssayError.self) {
      try demo().audit(rows, plan: AuditPlan(method: "tea_leaves"))
    }
    #expect(method?.kind == .option)
  }
}
