// Oracle: what was lent, its address, and how often it came back.

import CABI
import Models
import Testing
import Values

@testable import Exports

private let agreement = #"{"a": {"$array": 0}, "b": {"$array": 1}}"#

@Test func arraysComeBackOnceAfterACallThatSucceeds() throws {
  let lent = [LentMemory(doubles: [1, 2, 3]), LentMemory(doubles: [1, 3, 2])]
  _ = try call("agreement", nil, agreement, lent)
  #expect(lent.map(\.returns) == [1, 1])
}

@Test(arguments: ["{", "[]", #"{"a": {"$array": 0}}"#, #"{"a": {"$array": 2}}"#])
func arraysComeBackOnceAfterACallThatFails(_ json: String) {
  let lent = [LentMemory(doubles: [1, 2, 3]), LentMemory(doubles: [1, 3, 2])]
  #expect(refusal { _ = try call("agreement", nil, json, lent) }?.kind == Int32(ASSAY_OPTION))
  #expect(lent.map(\.returns) == [1, 1])
}

@Test func anArrayThatIsRefusedComesBackWithTheOthers() {
  let lent = [LentMemory(doubles: [1, 2, 3]), LentMemory(doubles: [1, 3, 2])]
  lent[0].dtype = 77
  let refused = refusal { _ = try call("agreement", nil, agreement, lent) }
  #expect(
    refused?.message
      == "array 0: expected float32, float64, int32 or int64, found element type 77")
  #expect(lent.map(\.returns) == [1, 1])
}

private func refusalOfFirst(_ spoil: (LentMemory) -> Void) -> Refusal? {
  let lent = [LentMemory(doubles: [1, 2, 3]), LentMemory(doubles: [1, 3, 2])]
  spoil(lent[0])
  return refusal { _ = try call("agreement", nil, agreement, lent) }
}

@Test func anArrayWithTooManyAxesIsRefused() {
  let refused = refusalOfFirst { $0.rank = 9 }
  #expect(refused?.message == "array 0: expected at most 8 axes, found 9")
  #expect(refusalOfFirst { $0.rank = -1 }?.kind == Int32(ASSAY_SHAPE))
}

@Test func anArrayOfNegativeExtentIsRefused() {
  let refused = refusalOfFirst { $0.shape[0] = -3 }
  #expect(refused?.message == "array 0: expected extents of 0 or more, found [-3]")
}

@Test func anArrayLargerThanMemoryIsRefused() {
  let refused = refusalOfFirst { $0.shape[0] = .max / 2 }
  #expect(refused?.message.hasPrefix("array 0: expected an array that fits memory") == true)
}

@Test func anUnalignedArrayIsRefused() {
  let refused = refusalOfFirst { $0.offset = 4 }
  #expect(
    refused?.message
      == "array 0: expected memory aligned to 8 bytes (copy the array), "
      + "found an address that is not")
}

@Test func anArrayWithoutMemoryIsAnEmptyOneOrRefused() throws {
  #expect(
    refusalOfFirst { $0.isNull = true }?.message == "array 0: expected memory, found a null pointer"
  )
  let lent = [LentMemory(doubles: []), LentMemory(doubles: [])]
  lent[0].isNull = true
  let answer = try call("agreement", nil, agreement, lent)
  #expect(answer.json.contains("0 scores where at least 2 are needed"))
}

@Test func aModelFromMemoryLooksAtTheMemoryItWasGiven() throws {
  let (model, lent) = try openFixtureFromMemory()
  let answer = try call("parameters", model)
  let members = try Value.parse(Array(answer.json.utf8), subject: "answer")["parameters"]
  let names = try #require(members?.recordValue).keys
  #expect(names.sorted() == lent.keys.sorted())
  for (name, array) in zip(names, answer.arrays) {
    #expect(array.address == lent[name].map { UnsafeRawPointer($0.base) }, "\(name)")
  }
}

@Test func memoryComesBackWhenTheLastViewIsGone() throws {
  var opened: (model: Opened, lent: [String: LentMemory])? = try openFixtureFromMemory()
  let lent = try #require(opened?.lent)
  var views = try call("parameters", opened?.model).arrays
  #expect(lent.values.allSatisfy { $0.returns == 0 })
  opened = nil
  #expect(views.count == lent.count)
  while let view = views.popLast() {
    let memory = try #require(lent.values.first { UnsafeRawPointer($0.base) == view.address })
    #expect(memory.returns == 0)
    #expect(view.floats.allSatisfy { $0.isFinite })
  }
  #expect(lent.values.allSatisfy { $0.returns == 1 })
}
