// What the tests of the public surface share. They use it as a stranger would: `import Assay` alone.

import Assay
import Foundation

enum Places {
  private static let here = URL(filePath: #filePath).deletingLastPathComponent()

  /// The model that the Python package brings.
  static let demo = here.appending(path: "../../python/assay/embedded/demo").standardized.path()

  /// A model without a tokenizer.
  static let bare = here.appending(path: "../Fixtures/bert-gelu-20x5").standardized.path()

  /// What Python wrote, by `golden.py` beside it.
  static func python(_ name: String) -> String { here.appending(path: "Python/\(name)").path() }

  /// A folder that goes when the test is done.
  static func temporary<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path())
  }
}

func demo() throws -> Model { try Model.load(Places.demo) }

let film = "a gripping, beautifully acted film"

/// Plain JSON, of which only the content is compared.
func json(_ path: String) throws -> NSDictionary {
  let data = try Data(contentsOf: URL(filePath: path))
  guard let read = try JSONSerialization.jsonObject(with: data) as? NSDictionary else {
    throw CocoaError(.fileReadCorruptFile)
  }
  return read
}

/// The paths of all members, so that two records may be compared whatever numbers they hold. Elements
/// of a list stand for each other.
func shape(_ value: Any, _ path: String = "") -> Set<String> {
  if let record = value as? [String: Any] {
    return record.reduce(into: [path]) { $0.formUnion(shape($1.value, path + "." + $1.key)) }
  }
  guard let list = value as? [Any] else { return [path] }
  return list.reduce(into: [path]) { $0.formUnion(shape($1, path + "[]")) }
}
