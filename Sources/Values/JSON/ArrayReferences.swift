// On the wire arrays travel beside the JSON text, which refers to them as `{"$array": 0}`;
// JSONWriter.swift writes such references.

import Tensors

extension Value {
  /// The key that marks a reference to an array.
  static let arrayKey = "$array"

  /// Reads a value from its JSON text and the arrays beside it.
  ///
  /// - Throws: `option` for text that is not JSON, for a reference to an array that was not given,
  ///   and for arrays that nothing refers to.
  package init(json: [UInt8], arrays: [NumericArray]) throws(AssayError) {
    var lookUp = LookUp(arrays: arrays)
    self = try lookUp.resolve(try Value.parse(json, subject: "arguments", kind: .option))
    if let unused = lookUp.isUsed.firstIndex(of: false) {
      throw AssayError(
        .option, "arguments", expected: "a reference to every array",
        found: "none to array \(unused) of \(arrays.count)")
    }
  }
}

private struct LookUp {
  let arrays: [NumericArray]
  var isUsed: [Bool]

  init(arrays: [NumericArray]) {
    self.arrays = arrays
    isUsed = [Bool](repeating: false, count: arrays.count)
  }

  /// The value with arrays in the place of references.
  mutating func resolve(_ value: Value) throws(AssayError) -> Value {
    switch value {
    case .null, .bool, .integer, .number, .text, .array: return value
    case .list(let elements):
      var list: [Value] = []
      list.reserveCapacity(elements.count)
      for element in elements { list.append(try resolve(element)) }
      return .list(list)
    case .record(let members):
      if let reference = members[Value.arrayKey] { return try array(reference, of: members) }
      return .record(
        try members.mapValues { member throws(AssayError) in try resolve(member) })
    }
  }

  private mutating func array(
    _ reference: Value, of members: Members
  ) throws(AssayError) -> Value {
    guard members.count == 1, let index = reference.integerValue, arrays.indices ~= index else {
      throw AssayError(
        .option, "arguments",
        expected: "{\"\(Value.arrayKey)\": index} with an index below \(arrays.count)",
        found: Value.record(members).json)
    }
    isUsed[index] = true
    return .array(arrays[index])
  }
}
