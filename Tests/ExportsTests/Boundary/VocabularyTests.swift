// A handle never changes: a vocabulary given later makes another model over the same weights.

import CABI
import Testing

@testable import Exports

private let masked =
  #"{"input": {"ids": {"$array": 0}}, "method": "leave_one_out", "#
  + #""options": {"operator": "mask"}}"#

private func ids() -> [LentMemory] {
  [LentMemory([Int32(5), 6, 7], shape: [3], ASSAY_INT32)]
}

/// Oracle: masking needs a mask token, which only a vocabulary names; addresses for the weights.
@Test func aVocabularyMakesAnotherModelOverTheSameWeights() throws {
  let (bare, lent) = try openFixtureFromMemory()
  let told = try Opened(bare, vocabulary: #"{"vocabulary": {"mask": 4, "size": 30}}"#)
  #expect(try call("explain", told, masked, ids()).arrays.isEmpty == false)
  let refused = refusal { _ = try call("explain", bare, masked, ids()) }
  #expect(refused?.message.contains("mask") ?? false)
  let (first, second) = (try call("parameters", bare), try call("parameters", told))
  #expect(first.json == second.json && !first.arrays.isEmpty)
  #expect(first.arrays.map(\.address) == second.arrays.map(\.address))
  let lentAddresses = lent.values.map { UnsafeRawPointer($0.base) }
  let addresses = first.arrays.compactMap(\.address)
  #expect(addresses.count == first.arrays.count)
  #expect(addresses.allSatisfy { lentAddresses.contains($0) })
}

@Test func aModelThatIsOpenedWithAVocabularyHasIt() throws {
  let opened = try Opened(#"{"path": "\#(fixture)", "vocabulary": {"mask": 4, "size": 30}}"#)
  #expect(try call("explain", opened, masked, ids()).arrays.isEmpty == false)
}

@Test(arguments: [
  (#"{}"#, "vocabulary"), (#"{"vocabulary": 3}"#, "vocabulary"),
  (#"{"vocabulary": {"mask": -1}}"#, "vocabulary.mask"),
  (#"{"vocabulary": {}, "more": 1}"#, "more"),
])
func aVocabularyThatIsNoneIsRefused(_ json: String, _ subject: String) throws {
  let model = try Opened(#"{"path": "\#(fixture)"}"#)
  let refused = refusal { _ = try Opened(model, vocabulary: json) }
  #expect(refused?.kind == Int32(ASSAY_OPTION))
  #expect(refused?.message.contains(subject) ?? false)
}
