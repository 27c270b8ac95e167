extension Value {
  /// The value with lists in the place of arrays, nested as their axes are; undefined numbers become
  /// null.
  package var plain: Value {
    switch self {
    case .null, .bool, .integer, .text: return self
    case .number(let number): return number.isFinite ? self : .null
    case .list(let elements): return .list(elements.map(\.plain))
    case .record(let members): return .record(members.mapValues(\.plain))
    case .array(let array):
      let numbers =
        array.integers.map { $0.map { Value.integer($0) } }
        ?? array.doubles.map { $0.isFinite ? .number($0) : .null }
      return .list(Value.nested(numbers[...], shape: array.shape[...]))
    }
  }

  private static func nested(_ numbers: ArraySlice<Value>, shape: ArraySlice<Int>) -> [Value] {
    guard let rows = shape.first, shape.count > 1 else { return Array(numbers) }
    let width = rows == 0 ? 0 : numbers.count / rows
    return (0..<rows).map { row in
      let start = numbers.startIndex + row * width
      return .list(nested(numbers[start..<start + width], shape: shape.dropFirst()))
    }
  }
}
