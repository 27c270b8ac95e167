import Models
import Tensors

/// The key that marks a reference to an array.
private let arrayKey = "$array"

extension Record {
  /// Reads a record from its JSON text and the arrays beside it.
  ///
  /// - Throws: `option` for text that is not JSON, for a reference to an array that was not given,
  ///   and for arrays that nothing refers to.
  package init(json: [UInt8], arrays: [NumericArray]) throws(AssayError) {
    let value = try JSONValue.parse(json, subject: "arguments", kind: .option)
    var isUsed = [Bool](repeating: false, count: arrays.count)
    try self.init(value, arrays, &isUsed)
    if let unused = isUsed.firstIndex(of: false) {
      throw AssayError(
        .option, "arguments", expected: "a reference to every array",
        found: "none to array \(unused) of \(arrays.count)")
    }
  }

  private init(
    _ value: JSONValue, _ arrays: [NumericArray], _ isUsed: inout [Bool]
  ) throws(AssayError) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let elements):
      var list: [Record] = []
      list.reserveCapacity(elements.count)
      for element in elements { list.append(try Record(element, arrays, &isUsed)) }
      self = .list(list)
    case .object(let object):
      if let reference = object[arrayKey] {
        guard object.count == 1, let index = reference.integerValue, arrays.indices ~= index else {
          throw AssayError(
            .option, "arguments",
            expected: "{\"\(arrayKey)\": index} with an index below \(arrays.count)",
            found: JSONValue.object(object).text)
        }
        isUsed[index] = true
        self = .array(arrays[index])
        return
      }
      var members: [Member] = []
      members.reserveCapacity(object.count)
      for (key, value) in object.members {
        members.append((key, try Record(value, arrays, &isUsed)))
      }
      self = .object(members)
    }
  }

  /// The JSON text and the arrays it refers to, in the order of their references.
  package var encoded: (json: [UInt8], arrays: [NumericArray]) {
    var arrays: [NumericArray] = []
    let json = json(&arrays)
    return (json.encoded, arrays)
  }

  private func json(_ arrays: inout [NumericArray]) -> JSONValue {
    switch self {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .string(let value): return .string(value)
    case .list(let elements):
      var list: [JSONValue] = []
      list.reserveCapacity(elements.count)
      for element in elements { list.append(element.json(&arrays)) }
      return .array(list)
    case .object(let members):
      var object = JSONObject()
      for (key, value) in members { object[key] = value.json(&arrays) }
      return .object(object)
    case .array(let array):
      arrays.append(array)
      return [arrayKey: .integer(arrays.count - 1)]
    }
  }

  /// The same value as plain JSON; nil if it holds an array.
  package var json: JSONValue? {
    var arrays: [NumericArray] = []
    let value = json(&arrays)
    return arrays.isEmpty ? value : nil
  }
}
