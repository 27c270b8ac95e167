// How the bytes of a checkpoint become numbers. Files are little-endian, as is every processor
// that Assay is built for.

import Kernels
import Tensors

extension Storage {
  /// A copy of some bytes.
  /// - Precondition: The range lies within the storage.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    // trap: entries were held to the file when its header was read
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "bytes out of range")
    defer { withExtendedLifetime(self) {} }
    return Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Floats of any width as a tensor: a view if they are aligned 32-bit floats, else converted.
  /// - Precondition: The range lies within the storage and holds `shape` numbers of a float type.
  func floats(_ range: Range<Int>, type: ElementType, shape: [Int]) -> Tensor {
    // trap: entries were held to the file when its header was read
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "bytes out of range")
    let width = MemoryLayout<Float>.size
    if type == .float32 && range.lowerBound.isMultiple(of: width) {
      return Tensor(shape: shape, storage: self, offset: range.lowerBound / width)
    }
    let source = base + range.lowerBound
    defer { withExtendedLifetime(self) {} }
    return Tensor(shape: shape) { buffer in
      // trap: entries were held to the file when its header was read
      precondition(range.count == buffer.count * type.byteCount, "bytes that do not fill the shape")
      guard let target = buffer.baseAddress else { return }
      switch type {
      case .float32:
        UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: range.count)
      case .float16:
        Self.withWords(source, count: buffer.count) { words in
          Kernels.floats(fromHalf: words, into: target, count: buffer.count)
        }
      case .bfloat16:
        Self.withWords(source, count: buffer.count) { words in
          Kernels.floats(fromBrain: words, into: target, count: buffer.count)
        }
      case .float64:
        for index in 0..<buffer.count {
          let value = source.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
          (target + index).initialize(to: Float(value))
        }
      case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .boolean:
        // trap: `SafetensorsFile.tensor` refuses them
        preconditionFailure("integers are not weights")
      }
    }
  }

  /// Calls `body` with 16-bit words, which it copies first if they are misaligned.
  private static func withWords(
    _ source: UnsafeMutableRawPointer, count: Int, _ body: (UnsafePointer<UInt16>) -> Void
  ) {
    if Int(bitPattern: source).isMultiple(of: MemoryLayout<UInt16>.alignment) {
      return body(source.assumingMemoryBound(to: UInt16.self))
    }
    let copy = Array<UInt16>(unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(start: source, count: count * 2))
      initialized = count
    }
    copy.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
  }

  /// Integers of any width; nil if one does not fit.
  func integers(_ range: Range<Int>, type: ElementType) -> [Int]? {
    switch type {
    case .int64: integers(range, of: Int64.self)
    case .int32: integers(range, of: Int32.self)
    case .int16: integers(range, of: Int16.self)
    case .int8: integers(range, of: Int8.self)
    case .uint64: integers(range, of: UInt64.self)
    case .uint32: integers(range, of: UInt32.self)
    case .uint16: integers(range, of: UInt16.self)
    case .uint8, .boolean: integers(range, of: UInt8.self)
    case .float64, .float32, .float16, .bfloat16: nil
    }
  }

  private func integers<Stored: FixedWidthInteger & BitwiseCopyable>(
    _ range: Range<Int>, of _: Stored.Type
  ) -> [Int]? {
    // trap: entries were held to the file when its header was read
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "bytes out of range")
    defer { withExtendedLifetime(self) {} }
    var values: [Int] = []
    values.reserveCapacity(range.count / MemoryLayout<Stored>.size)
    for place in stride(from: range.lowerBound, to: range.upperBound, by: MemoryLayout<Stored>.size)
    {
      guard let value = Int(exactly: base.loadUnaligned(fromByteOffset: place, as: Stored.self))
      else { return nil }
      values.append(value)
    }
    return values
  }
}

extension Tensor {
  /// The numbers as IEEE halves, rounded to nearest, ties to even; beyond 65504 (rounded) infinity.
  var halves: [UInt16] {
    withUnsafeBuffer { source in
      [UInt16](unsafeUninitializedCapacity: source.count) { buffer, initialized in
        if let from = source.baseAddress, let into = buffer.baseAddress {
          Kernels.halves(from: from, into: into, count: source.count)
        }
        initialized = source.count
      }
    }
  }
}
