import Tensors
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a temporary name in the same folder, reach the disk, and are then renamed; a
/// process that dies in between leaves the old file as it was.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false

  /// - Throws: An error of kind `checkpoint` if the folder is missing or may not be written, or if
  ///   a device, a pipe or a folder has the name.
  package init(_ path: String) throws(AssayError) {
    if path.isEmpty || path.utf8.contains(0) {
      throw AssayError(
        .checkpoint, Value.quoted(path), expected: "the path of a file", found: "no path")
    }
    try Self.requireReplaceable(path)
    (temporaryPath, descriptor) = try Self.create(beside: path)
    self.path = path
  }

  /// A file or a link takes a name that another file may take; a device, a pipe or a folder keeps it.
  private static func requireReplaceable(_ path: String) throws(AssayError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let kind = status.st_mode & S_IFMT
    if kind != S_IFREG && kind != S_IFLNK {
      throw AssayError(
        .checkpoint, path, expected: "a place for a file",
        found: kind == S_IFDIR ? "a folder" : "a device or a pipe")
    }
  }

  private static func create(beside path: String) throws(AssayError) -> (String, Int32) {
    var attempt = 0
    while true {
      let candidate = "\(path).\(getpid())-\(attempt).partial"
      let descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (candidate, descriptor) }
      let code = errno
      attempt += 1
      if code != EEXIST || attempt == 100 {
        throw SystemError.failure(path, "a place that can be written", code)
      }
    }
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Appends bytes, or the bytes of wider words in the order of this machine.
  package mutating func write(_ words: [some BitwiseCopyable]) throws(AssayError) {
    let failure = words.withUnsafeBytes { write(buffer: $0) }
    if let failure { throw failure }
  }

  /// Appends the numbers of a tensor, row by row.
  mutating func write(_ tensor: Tensor) throws(AssayError) {
    let failure = tensor.withUnsafeBuffer { write(buffer: UnsafeRawBufferPointer($0)) }
    if let failure { throw failure }
  }

  /// Makes the file visible under its name, in the place of any earlier one.
  package consuming func commit() throws(AssayError) {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw SystemError.failure(path, "a place that can be written", errno)
    }
    isCommitted = true
  }

  /// Writes a whole file at once.
  package static func write(_ bytes: [UInt8], to path: String) throws(AssayError) {
    var file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  private func write(buffer: UnsafeRawBufferPointer) -> AssayError? {
    guard let base = buffer.baseAddress else { return nil }
    var done = 0
    while done < buffer.count {
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, base + done, min(buffer.count - done, 1 << 30))
      #else
        let count = Darwin.write(descriptor, base + done, min(buffer.count - done, 1 << 30))
      #endif
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return SystemError.failure(path, "a place that can be written", errno) }
      done += count
    }
    return nil
  }
}
