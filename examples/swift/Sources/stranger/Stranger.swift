// A package of its own: a sentence to its verdict, a table to its answer, and a report on disk.
//
// swift run -c release stranger MODEL reviews.csv OUTPUT

import Assay

@main
struct Stranger {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
      print("stranger MODEL FILE.csv FOLDER")
      return
    }
    let model = try Model.load(arguments[1])
    let report = try await model.verify("a gripping, beautifully acted film")
    print(report.headline, report.reason?.rawValue ?? "")
    for sentence in report.sentences { print("  \(sentence)") }
    for (word, score) in report.explanation.words() { print("  \(word)  \(score)") }
    try report.save(arguments[3] + "/report.json")

    let rows = try AuditRow.rows(ofCSV: arguments[2], label: "label")
    let audit = try await model.audit(rows.async) { print("  \($0) of \(rows.count) rows") }
    print(audit.verdict ?? "no answer", audit.sentences.first ?? "")
    for (row, error) in audit.errors { print("  row \(row): \(error)") }
    try audit.save(arguments[3])
  }
}

extension Array where Element: Sendable {
  /// The elements as they would come from a file or a server.
  fileprivate var async: AsyncStream<Element> {
    AsyncStream { continuation in
      for element in self { continuation.yield(element) }
      continuation.finish()
    }
  }
}
