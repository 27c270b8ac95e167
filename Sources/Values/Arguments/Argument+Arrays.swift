import Tensors

/// The accepted extents of an array, axis by axis; nil accepts any extent.
package typealias Extents = [Int?]

extension Argument {
  /// An array of any element type.
  /// - Throws: `shape` unless it is an array of these extents.
  package func array(_ extents: Extents? = nil) throws(AssayError) -> NumericArray {
    guard case .array(let array) = value else {
      throw AssayError(.shape, path, expected: "an array", found: value.summary)
    }
    if let extents {
      let fits =
        extents.count == array.shape.count
        && zip(extents, array.shape).allSatisfy { $0 == nil || $0 == $1 }
      if !fits { throw unfit(array, "shape \(Self.text(extents))") }
    }
    return array
  }

  /// A tensor that shares the caller's memory. Values are not looked at.
  /// - Throws: `shape` unless it is a float32 array of these extents.
  package func tensor(_ extents: Extents? = nil) throws(AssayError) -> Tensor {
    let array = try array(extents)
    guard let tensor = array.tensor else { throw unfit(array, "float32") }
    return tensor
  }

  /// Numbers of any element type, in double precision, row-major.
  /// - Throws: `shape` unless it is an array of these extents; `numeric` for NaN and infinities
  ///   unless `finite` is false.
  package func doubles(
    _ extents: Extents = [nil], finite: Bool = true
  ) throws(AssayError) -> [Double] {
    let values = try array(extents).doubles
    if finite, let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw AssayError(
        .numeric, path, expected: "finite numbers", found: "\(values[bad]) at element \(bad)")
    }
    return values
  }

  /// Integers, row-major.
  /// - Throws: `shape` unless it is an int32 or int64 array of these extents; `input` for an
  ///   integer outside `range`.
  package func integers(
    in range: ClosedRange<Int>, _ extents: Extents = [nil]
  ) throws(AssayError) -> [Int] {
    let array = try array(extents)
    guard let values = array.integers else { throw unfit(array, "int32 or int64") }
    if let bad = values.firstIndex(where: { !range.contains($0) }) {
      throw AssayError(
        .input, path, expected: "integers in \(range.lowerBound)...\(range.upperBound)",
        found: "\(values[bad]) at element \(bad)")
    }
    return values
  }

  private func unfit(_ array: NumericArray, _ expected: String) -> AssayError {
    AssayError(.shape, path, expected: expected, found: array.summary)
  }

  private static func text(_ extents: Extents) -> String {
    "[\(extents.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]"
  }
}
