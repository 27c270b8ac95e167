// Bytes of files as storage: the only place that opens files for reading.

import Tensors
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file as a block of memory.
package enum MappedFile {
  /// The bytes of a regular file, read-only.
  ///
  /// A mapped file costs no private memory, and touching a page of it after another process has
  /// truncated the file is a bus error; `mapped: false` reads the bytes into owned memory instead.
  /// The descriptor is closed before this returns; the mapping lives as long as the storage.
  /// - Throws: An error of kind `checkpoint` if the path leads to nothing, to a folder or a
  ///   device, to a file that may not be read, or to an empty file.
  package static func storage(
    of path: String, mapped: Bool = true
  ) throws(AssayError) -> Storage {
    let (descriptor, byteCount) = try openDescriptor(path)
    defer { close(descriptor) }
    if byteCount == 0 {
      throw AssayError(.checkpoint, path, expected: "a file with content", found: "an empty file")
    }
    return mapped
      ? try map(descriptor, byteCount, path) : try read(descriptor, byteCount, path)
  }

  /// The bytes of a small regular file, such as a configuration.
  /// - Throws: As `storage(of:)`, and if the file is larger than `limit` bytes.
  package static func bytes(of path: String, limit: Int) throws(AssayError) -> [UInt8] {
    let (descriptor, byteCount) = try openDescriptor(path)
    defer { close(descriptor) }
    if byteCount > limit {
      throw AssayError(
        .checkpoint, path, expected: "at most \(limit) bytes", found: "\(byteCount)")
    }
    let storage = try read(descriptor, byteCount, path)
    defer { withExtendedLifetime(storage) {} }
    return Array(UnsafeRawBufferPointer(start: storage.base, count: byteCount))
  }

  /// Storage of zeros that costs no memory until it is written, whatever its size.
  /// - Throws: An error of kind `memory` if there are not that many addresses.
  static func zeroPages(byteCount: Int) throws(AssayError) -> Storage {
    let base = mmap(
      nil, max(byteCount, 1), PROT_READ, MAP_PRIVATE | anonymous, -1, 0)
    guard let base, base != MAP_FAILED else {
      throw AssayError(
        .memory, "tensor", expected: "a size that can be addressed", found: "\(byteCount) bytes")
    }
    return storage(mappedAt: base, byteCount)
  }

  private static func openDescriptor(_ path: String) throws(AssayError) -> (Int32, Int) {
    if path.utf8.contains(0) {
      throw AssayError(
        .checkpoint, Value.quoted(path), expected: "a path", found: "a path with a zero byte")
    }
    // O_NONBLOCK: opening a named pipe would otherwise wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw SystemError.failure(path, "a file that can be read", errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw SystemError.failure(path, "a file that can be read", code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw AssayError(
        .checkpoint, path, expected: "a file",
        found: isFolder ? "a folder" : "a device, pipe or socket")
    }
    return (descriptor, Int(clamping: status.st_size))
  }

  private static func map(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(AssayError) -> Storage {
    let base = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw SystemError.failure(path, "a file that can be mapped", errno)
    }
    return storage(mappedAt: base, byteCount)
  }

  private static func storage(
    mappedAt base: UnsafeMutableRawPointer, _ byteCount: Int
  ) -> Storage {
    nonisolated(unsafe) let mapping = base
    return Storage(.mapped, base: base, byteCount: byteCount) {
      munmap(mapping, max(byteCount, 1))
    }
  }

  private static func read(
    _ descriptor: Int32, _ byteCount: Int, _ path: String
  ) throws(AssayError) -> Storage {
    let storage = Storage(byteCount: byteCount)
    var done = 0
    while done < byteCount {
      // One call moves at most 2^31 - 4096 bytes on Linux and fails above 2^31 on Darwin.
      let wanted = min(byteCount - done, 1 << 30)
      let count = pread(descriptor, storage.base + done, wanted, off_t(done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw SystemError.failure(path, "a file that can be read", errno) }
      if count == 0 {
        throw AssayError(
          .checkpoint, path, expected: "\(byteCount) bytes",
          found: "\(done) (the file became shorter while it was read)")
      }
      done += count
    }
    return storage
  }

  #if canImport(Darwin)
    private static let anonymous = MAP_ANON | MAP_NORESERVE
  #else
    private static let anonymous = Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE)
  #endif
}

/// The system's error codes as errors of the engine.
enum SystemError {
  static func failure(
    _ path: String, _ expected: String, _ code: Int32, kind: AssayError.Kind = .checkpoint
  ) -> AssayError {
    AssayError(kind, path, expected: expected, found: describe(code))
  }

  private static func describe(_ code: Int32) -> String {
    switch code {
    case ENOENT: "nothing there"
    case ENOTDIR: "a path through something that is not a folder"
    case EACCES, EPERM: "no permission"
    case ELOOP: "a circle of symbolic links"
    case ENAMETOOLONG: "a name that is too long"
    case EMFILE, ENFILE: "too many open files"
    case ENOMEM: "no memory left"
    case ENOSPC: "no space left"
    case EROFS: "a read-only file system"
    default: "system error \(code)"
    }
  }
}
