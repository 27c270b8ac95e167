// Numbers into and out of the memory of an array.

import Tensors

extension NumericArray {
  /// A copy of the given numbers, one axis unless a shape is given.
  /// - Precondition: the numbers fill the shape.
  public init(_ values: [Double], shape: [Int]? = nil) {
    self.init(copying: values, as: .float64, shape: shape ?? [values.count])
  }

  /// A copy of the given numbers, one axis unless a shape is given.
  /// - Precondition: the numbers fill the shape.
  public init(_ values: [Int32], shape: [Int]? = nil) {
    self.init(copying: values, as: .int32, shape: shape ?? [values.count])
  }

  private init<Number>(copying values: [Number], as element: Element, shape: [Int]) {
    precondition(values.count == shape.reduce(1, *), "values do not fill the shape")
    let storage = Storage(byteCount: values.count * element.byteCount)
    values.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: storage.base, count: source.count)
        .copyMemory(from: source)
    }
    self.init(element: element, shape: shape, storage: storage)
  }

  /// The numbers as a tensor that shares the memory; nil unless they are float32.
  public var tensor: Tensor? {
    guard element == .float32 else { return nil }
    return Tensor(shape: shape, storage: storage, offset: byteOffset / 4)
  }

  /// The numbers in double precision; whole numbers beyond 2⁵³ are rounded.
  public var doubles: [Double] {
    switch element {
    case .float32: elements(Float.self).map(Double.init)
    case .float64: elements(Double.self)
    case .int32: elements(Int32.self).map(Double.init)
    case .int64: elements(Int64.self).map(Double.init)
    }
  }

  /// The numbers of an array of integers; nil for floating point.
  public var integers: [Int]? {
    switch element {
    case .float32, .float64: nil
    case .int32: elements(Int32.self).map(Int.init)
    case .int64: elements(Int64.self).map(Int.init)
    }
  }

  /// The first element; valid as long as the storage.
  package var unsafePointer: UnsafeRawPointer { UnsafeRawPointer(storage.base + byteOffset) }

  private func elements<Number>(_: Number.Type) -> [Number] {
    withExtendedLifetime(storage) {
      let typed = unsafePointer.assumingMemoryBound(to: Number.self)
      return Array(UnsafeBufferPointer(start: typed, count: count))
    }
  }
}

extension NumericArray: Equatable {
  /// Equal types, shapes and numbers; NaN equals nothing.
  public static func == (a: NumericArray, b: NumericArray) -> Bool {
    guard a.element == b.element, a.shape == b.shape else { return false }
    return switch a.element {
    case .float32: a.elements(Float.self) == b.elements(Float.self)
    case .float64: a.elements(Double.self) == b.elements(Double.self)
    case .int32: a.elements(Int32.self) == b.elements(Int32.self)
    case .int64: a.elements(Int64.self) == b.elements(Int64.self)
    }
  }
}
