// Whether memory can be had, asked before work begins.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory that the system would give.
///
/// Swift ends the process where an allocation fails, so whatever may be large is asked for first: a
/// block of that size is requested and given straight back, which touches no page.
package enum Memory {
  /// Left for everything that is too small to be asked for.
  private static let slack = 24e6
  /// From here on it matters what the machine has, and not what addresses there are.
  private static let large = 64e6

  /// - Parameters:
  ///   - byteCount: how many bytes, in double precision, in which no product overflows.
  ///   - subject: what they are for.
  /// - Throws: `memory`, with what was asked for and what there is.
  package static func require(_ byteCount: Double, for subject: String) throws(AssayError) {
    guard byteCount > large || isLimited else { return }
    if byteCount > large, let present = physical, byteCount > present {
      throw refusal(subject, byteCount, present)
    }
    guard byteCount + slack < 0x1p62 else { throw refusal(subject, byteCount, addressable) }
    let wanted = Int(byteCount + slack)  // trap: below 2⁶²
    let block = mmap(nil, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | anonymous, -1, 0)
    guard let block, block != MAP_FAILED else { throw refusal(subject, byteCount, addressable) }
    munmap(block, wanted)
  }

  /// - Throws: `memory` where two square matrices in double precision are more than there is.
  package static func require(square count: Int, for subject: String) throws(AssayError) {
    try require(16 * Double(count) * Double(count), for: "\(subject) of \(count) × \(count)")
  }

  private static func refusal(
    _ subject: String, _ asked: Double, _ present: Double?
  ) -> AssayError {
    AssayError(
      .memory, subject,
      expected: present.map { "at most \(text($0)) of memory, which is what there is" }
        ?? "memory that can be had",
      found: "a need of \(text(asked))")
  }

  /// `1.4 GB`.
  package static func text(_ byteCount: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    var (value, unit) = (max(0, byteCount), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return unit == 0 ? "\(value.rounded()) bytes" : "\((value * 10).rounded() / 10) \(units[unit])"
  }

  // MARK: - What there is

  /// Whether the process was given fewer addresses than the machine has.
  private static var isLimited: Bool { addressLimit != nil }

  private static var addressLimit: Double? {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let status = getrlimit(RLIMIT_AS, &limit)
    #endif
    guard status == 0, limit.rlim_cur < rlim_t(1) << 62 else { return nil }
    return Double(limit.rlim_cur)
  }

  /// The addresses that are left, less the slack.
  private static var addressable: Double? {
    guard let limit = addressLimit else { return physical }
    let pages = number(in: "/proc/self/statm", after: "") ?? 0
    return max(0, limit - pages * Double(sysconf(Int32(_SC_PAGESIZE))) - slack)
  }

  /// The memory that is free on this machine, or left to this process's group.
  private static var physical: Double? {
    let machine = number(in: "/proc/meminfo", after: "MemAvailable:").map { $0 * 1024 }
    let most = number(in: "/sys/fs/cgroup/memory.max", after: "")
    guard let most, let used = number(in: "/sys/fs/cgroup/memory.current", after: "") else {
      return machine
    }
    // Files that the group has cached are counted as used, and go when memory is needed.
    let cached = number(in: "/sys/fs/cgroup/memory.stat", after: "\nfile ") ?? 0
    let group = max(0, most - used + cached)
    return machine.map { min($0, group) } ?? group
  }

  /// The number behind `label` in a short file; nil where there is none.
  private static func number(in path: String, after label: String) -> Double? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return nil }
    let text = Array(bytes.prefix(count))
    let wanted = Array(label.utf8)
    guard text.count >= wanted.count,
      let start = (0...text.count - wanted.count).first(where: {
        text[$0..<$0 + wanted.count].elementsEqual(wanted)
      })
    else { return nil }
    let digits = text[(start + wanted.count)...].drop { $0 == 0x20 }.prefix { 0x30...0x39 ~= $0 }
    return Double(String(decoding: digits, as: UTF8.self))
  }

  #if canImport(Darwin)
    private static let anonymous = MAP_ANON
  #else
    private static let anonymous = Int32(MAP_ANONYMOUS)
  #endif
}

extension Storage {
  /// Memory of any size.
  /// - Throws: `memory` where it cannot be had.
  package convenience init(
    byteCount: Int, for subject: String
  ) throws(AssayError) {
    try Memory.require(Double(byteCount), for: subject)
    self.init(byteCount: byteCount)
  }
}
