import Foundation

/// The names that the operations of Autodiff give themselves, as their files state them: what a test over
/// all of them must decide on.
package func operationNames() throws -> Set<String> {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Autodiff/Ops").standardized
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil)
  let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
  return Set(
    texts.flatMap { text in
      text.matches(of: /let name = "([a-z_]+)"/).map { String($0.1) }
    })
}
