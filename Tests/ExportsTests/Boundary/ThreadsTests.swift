// Oracle: the range that the header states.

import CABI
import Testing

@testable import Exports

@Suite(.serialized) struct ThreadsTests {
  @Test func theNumberOfThreadsIsKept() {
    let before = assay_get_num_threads()
    defer { assay_set_num_threads(before, nil) }
    #expect(before >= 1)
    #expect(assay_set_num_threads(3, nil) == ASSAY_OK)
    #expect(assay_get_num_threads() == 3)
  }

  @Test(arguments: [0, -1, Int32.min, 1025, Int32.max])
  func aNumberOfThreadsOutOfRangeIsRefused(_ count: Int32) {
    let before = assay_get_num_threads()
    var error: OpaquePointer?
    #expect(assay_set_num_threads(count, &error) == ASSAY_OPTION)
    #expect(Refusal(error).message == "threads: expected 1...1024, found \(count)")
    #expect(assay_get_num_threads() == before)
  }
}
