import Tensors
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder on disk.
package struct Folder: Sendable {
  package let path: String
  /// The names in the folder, sorted; `.` and `..` left out.
  let names: [String]

  /// - Throws: An error of kind `model` if nothing is at the path, of kind `checkpoint` if it is
  ///   not a folder or may not be listed.
  package init(_ path: String) throws(AssayError) {
    if path.isEmpty || path.utf8.contains(0) {
      throw AssayError(
        .model, Value.quoted(path), expected: "the path of a folder", found: "no path")
    }
    guard let stream = opendir(path) else {
      let code = errno
      throw SystemError.failure(
        path, "a checkpoint folder", code, kind: code == ENOENT ? .model : .checkpoint)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    self.path = path
    self.names = names.sorted()
  }

  /// Whether anything is at a path.
  package static func holds(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package func contains(_ name: String) -> Bool { names.contains(name) }

  package func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }
}
