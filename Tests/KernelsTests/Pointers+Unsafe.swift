// Arrays in and out of pointer kernels.

/// `count` floats written by `body`; NaN where it wrote nothing.
func floats(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  changed([Float](repeating: .nan, count: count), body)
}

/// What `body` makes of `values` in place.
func changed(_ values: [Float], _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
  defer { memory.deallocate() }
  memory.initialize(from: values, count: values.count)
  body(memory)
  return Array(UnsafeBufferPointer(start: memory, count: values.count))
}

/// Calls `body` with pointers to two arrays, valid for the call; an empty array has one too.
func withPointers<Result>(
  _ a: [Float], _ b: [Float], _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Result
) -> Result {
  let memory = UnsafeMutablePointer<Float>.allocate(capacity: a.count + b.count + 1)
  defer { memory.deallocate() }
  memory.initialize(from: a, count: a.count)
  (memory + a.count).initialize(from: b, count: b.count)
  return body(UnsafePointer(memory), UnsafePointer(memory + a.count))
}

/// Sixteen-bit numbers made floats by `body`.
func expanded(
  _ values: [UInt16], _ body: (UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void
) -> [Float] {
  let memory = UnsafeMutablePointer<UInt16>.allocate(capacity: values.count)
  defer { memory.deallocate() }
  memory.initialize(from: values, count: values.count)
  return floats(values.count) { body(UnsafePointer(memory), $0) }
}

/// Floats made sixteen-bit numbers by `body`.
func narrowed(
  _ values: [Float], _ body: (UnsafePointer<Float>, UnsafeMutablePointer<UInt16>) -> Void
) -> [UInt16] {
  let memory = UnsafeMutablePointer<UInt16>.allocate(capacity: values.count)
  defer { memory.deallocate() }
  memory.initialize(repeating: 0, count: values.count)
  withPointers(values, []) { source, _ in body(source, memory) }
  return Array(UnsafeBufferPointer(start: memory, count: values.count))
}
