import Foundation
import Tensors
import TestSupport
import Testing

@testable import Models

@Suite("Safetensors files") struct CheckpointFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let tensors: [(name: String, tensor: Tensor)] = [
    ("b", Tensor([1, -2, 3.5, 0.1, .pi, -0.0], shape: [2, 3])), ("a", Tensor([7], shape: [])),
    ("empty", Tensor([], shape: [0, 4])), ("ä \"quoted\"", Tensor([1, 2], shape: [2])),
  ]

  @Test("what is written reads back equal, in order, mapped or not (metamorphic)")
  func roundTrip() throws {
    let path = folder.file("model.safetensors")
    try SafetensorsFile.write(tensors, metadata: [("z", "1"), ("a", "é")], to: path)
    for mapped in [true, false] {
      let file = try SafetensorsFile(path, mapped: mapped)
      #expect(file.metadata.map(\.key) == ["z", "a"] && file.metadata.map(\.value) == ["1", "é"])
      #expect(Set(file.entries.map(\.name)) == Set(tensors.map(\.name)))
      for (name, tensor) in tensors {
        let read = try file.tensor(name)
        #expect(read.shape == tensor.shape)
        #expect(read.scalars.map(\.bitPattern) == tensor.scalars.map(\.bitPattern))
        #expect(read.storage.origin == (mapped ? .mapped : .owned))
      }
    }
    #expect(folder.names == ["model.safetensors"])
  }

  @Test("numbers stay what they are when their pages are given back, mapped or not (metamorphic)")
  func releasedPages() throws {
    let path = folder.file("model.safetensors")
    let large = Tensor((0..<100_000).map { Float($0) }, shape: [100, 1000])
    try SafetensorsFile.write([("a", tensors[0].tensor), ("large", large)], to: path)
    for mapped in [true, false] {
      let read = try SafetensorsFile(path, mapped: mapped).tensor("large")
      #expect(read.scalars == large.scalars)
      read.slices(10..<90).releasePages()
      #expect(read.scalars == large.scalars)
    }
  }

  #if os(Linux)
    @Test("a mapped tensor's pages leave the process's memory when they are given back")
    func residentPages() throws {
      func resident() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
          .split(separator: " ")
        return try #require(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
      }
      let path = folder.file("model.safetensors")
      let count = 16 << 20
      try SafetensorsFile.write([("a", Tensor.filled(1, [count]))], to: path)
      let read = try SafetensorsFile(path).tensor("a")
      #expect(read.sumOfSquares == Double(count))
      let before = try resident()
      read.releasePages()
      // 64 MiB, of which other tests may have taken some in the meantime.
      #expect(try before - resident() > 32 << 20)
    }
  #endif

  @Test("equal tensors give equal bytes, and the data starts at a multiple of 64 (metamorphic)")
  func determinism() throws {
    for name in ["1", "2"] { try SafetensorsFile.write(tensors, to: folder.file(name)) }
    let bytes = try folder.bytes("1")
    #expect(try bytes == folder.bytes("2"))
    #expect((8 + Int(bytes[0]) + Int(bytes[1]) << 8).isMultiple(of: 64))
  }

  @Test("32-bit floats are views of the mapping, not copies (oracle: the address)")
  func zeroCopy() throws {
    let path = folder.file("model.safetensors")
    try SafetensorsFile.write(tensors, to: path)
    let file = try SafetensorsFile(path)
    let first = try file.tensor("b")
    let second = try file.tensor("b")
    #expect(first.storage === second.storage && first.offset == second.offset)
  }

  @Test("misaligned 32-bit floats are copied and equal (oracle: the bytes written)")
  func misaligned() throws {
    let header = """
      {"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
      "w":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}
      """
    let numbers: [Float] = [1.25, -3]
    let bytes = numbers.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
    }
    try folder.write(safetensors(header: header, data: [0] + bytes), to: "m")
    let tensor = try SafetensorsFile(folder.file("m")).tensor("w")
    #expect(tensor.scalars == numbers && tensor.storage.origin == .owned)
  }

  @Test("F64, F16 and BF16 become 32-bit floats (oracle: the values the bits stand for)")
  func conversion() throws {
    let header = """
      {"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},\
      "h":{"dtype":"F16","shape":[4],"data_offsets":[16,24]},\
      "b":{"dtype":"BF16","shape":[3],"data_offsets":[24,30]}}
      """
    let doubles = [0.1, -1e300].flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
    }
    let words: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7C00, 0x3F80, 0xC049, 0x7F80]
    let data = doubles + words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let file = try SafetensorsFile(bytes: safetensors(header: header, data: data))
    #expect(try file.tensor("d").scalars == [0.1, -.infinity])
    #expect(try file.tensor("h").scalars == [1, -2, 0x1p-24, .infinity])
    #expect(try file.tensor("b").scalars == [1, -3.140625, .infinity])
  }

  @Test("integers of every width are read with their sign (oracle: the bytes written)")
  func integers() throws {
    for (type, width, low, high) in [
      ("I64", 8, -1, Int.max), ("I32", 4, -1, Int(Int32.max)), ("I16", 2, -1, Int(Int16.max)),
      ("I8", 1, -1, 127), ("U64", 8, 0, Int.max), ("U32", 4, 0, Int(UInt32.max)),
      ("U16", 2, 0, 65535), ("U8", 1, 0, 255), ("BOOL", 1, 0, 1),
    ] {
      let header = "{\"i\":{\"dtype\":\"\(type)\",\"shape\":[2],\"data_offsets\":[0,\(2 * width)]}}"
      let data = [low, high].flatMap { value in
        (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
      }
      let file = try SafetensorsFile(bytes: safetensors(header: header, data: data))
      #expect(try file.integers("i") == [low, high], "\(type)")
      expectFailure(.checkpoint, "tensor \"i\"", "F32", type) { _ = try file.tensor("i") }
    }
  }

  @Test("an unsigned number beyond 2^63, floats as integers and unknown names are errors")
  func unreadable() throws {
    let header = """
      {"i":{"dtype":"U64","shape":[1],"data_offsets":[0,8]},\
      "f":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
      """
    let data = [UInt8](repeating: 255, count: 12)
    let file = try SafetensorsFile(bytes: safetensors(header: header, data: data))
    expectFailure(.checkpoint, "tensor \"i\"", "below 2^63") { _ = try file.integers("i") }
    expectFailure(.checkpoint, "tensor \"f\"", "integers", "F32") { _ = try file.integers("f") }
    expectFailure(.checkpoint, "tensor \"g\"", "none among 2") { _ = try file.tensor("g") }
  }

  #if !(os(macOS) && arch(x86_64))
    @Test("all halves are read and written, aligned or not (oracle: Swift's Float16)")
    func halves() throws {
      let words = (0...UInt16.max).filter { !Float16(bitPattern: $0).isNaN }
      let count = words.count
      let bytes = words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      for pad in 0..<2 {
        let header = """
          {"pad":{"dtype":"U8","shape":[\(pad)],"data_offsets":[0,\(pad)]},\
          "h":{"dtype":"F16","shape":[\(count)],"data_offsets":[\(pad),\(pad + 2 * count)]}}
          """
        let data = [UInt8](repeating: 0, count: pad) + bytes
        let read = try SafetensorsFile(bytes: safetensors(header: header, data: data)).tensor("h")
        #expect(read.scalars == words.map { Float(Float16(bitPattern: $0)) })
        #expect(read.halves == words)
      }
      let between = words.flatMap { word in
        let value = Float(Float16(bitPattern: word))
        let middle = (value + Float(Float16(bitPattern: word).nextUp)) / 2
        return [middle, middle.nextUp, middle.nextDown].filter { !$0.isNaN }
      }
      let written = Tensor(between, shape: [between.count]).halves
      #expect(written == between.map { Float16($0).bitPattern })
    }
  #endif

  @Test("16-bit storage halves the file and keeps 11 bits (oracle: relative error 2^-11)")
  func halfStorage() throws {
    var draw = RandomSource(seed: 4, stream: "weights").draw(0)
    let values = (0..<1000).map { _ in Float(draw.normal()) }
    let path = folder.file("half")
    try SafetensorsFile.write(
      [("w", Tensor(values, shape: [10, 100]))], precision: .float16, to: path)
    let file = try SafetensorsFile(path)
    #expect(file.entry("w")?.bytes.count == 2000 && file.entry("w")?.type == .float16)
    for (read, value) in zip(try file.tensor("w").scalars, values) {
      #expect(abs(read - value) <= abs(value) * 0x1p-11 + 0x1p-25)
    }
  }

  @Test("a number too large for half precision is an error and leaves no file")
  func overflow() throws {
    expectFailure(.numeric, "tensor \"w\"", "65504", "70000") {
      try SafetensorsFile.write(
        [("w", Tensor([1, 70000], shape: [2]))], precision: .float16, to: folder.file("x"))
    }
    #expect(folder.names.isEmpty)
  }

  @Test("a failed write leaves the old file as it was (metamorphic)")
  func atomic() throws {
    try folder.write("old", to: "x")
    let twice = [("w", Tensor.zeros([1])), ("w", Tensor.zeros([1]))]
    expectFailure(.checkpoint, "distinct names", "\"w\"") {
      try SafetensorsFile.write(twice.map { ($0.0, $0.1) }, to: folder.file("x"))
    }
    #expect(try folder.bytes("x") == Array("old".utf8))
    expectFailure(.checkpoint, "can be written", "nothing there") {
      try AtomicFile.write([1], to: folder.file("no/such/folder"))
    }
  }

  @Test("a device, a pipe or a folder keeps its name")
  func strangePlaces() throws {
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for (name, found) in [("pipe", "a device or a pipe"), (".", "a folder")] {
      expectFailure(.checkpoint, "a place for a file", found) {
        try AtomicFile.write([1], to: folder.file(name))
      }
    }
    #expect(folder.names == ["pipe"])
  }

  @Test("missing, empty, unreadable and strange files are errors that say so")
  func strangeFiles() throws {
    try folder.write("", to: "empty")
    try folder.write("x", to: "secret")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: folder.file("secret"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("loop"), withDestinationPath: folder.file("loop"))
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    for (name, found) in [
      ("nothing", "nothing there"), ("empty", "an empty file"), (".", "a folder"),
      ("loop", "a circle of symbolic links"), ("pipe", "a device, pipe or socket"),
      ("empty/x", "not a folder"), ("a\0b", "zero byte"),
    ] {
      expectFailure(.checkpoint, found) { _ = try SafetensorsFile(folder.file(name)) }
    }
    // The superuser may read everything.
    if getuid() != 0 {
      expectFailure(.checkpoint, "secret", "no permission") {
        _ = try SafetensorsFile(folder.file("secret"))
      }
    }
  }
}
