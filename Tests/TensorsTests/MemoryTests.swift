import TestSupport
import Testing

@testable import Tensors

@Suite struct MemoryTests {
  @Test func whatEveryMachineHasIsGranted() throws {
    try Memory.require(0, for: "nothing")
    try Memory.require(1e6, for: "little")
  }

  /// Oracle: no machine has an exabyte; the message says what was asked for.
  @Test(arguments: [1e18, 1e30, .infinity])
  func whatNoMachineHasIsRefused(_ byteCount: Double) {
    expectFailure(.memory, "a dream: expected at most", "found a need of") {
      try Memory.require(byteCount, for: "a dream")
    }
  }

  @Test func sizesAreSaidInTheirUnits() {
    #expect(Memory.text(999) == "999.0 bytes")
    #expect(Memory.text(1500) == "1.5 kB")
    #expect(Memory.text(68_719_476_736) == "68.7 GB")
    #expect(Memory.text(.infinity).hasSuffix("EB"))
  }

  /// Oracle: each kind of number written out; the bound is where a norm's variance still exists.
  @Test func onlyFiniteNumbersOfSomeSizeAreUsable() {
    let sound: [Float] = [0, -0, 1, -1, 1e-45, 0x1.fffffep49, -0x1.fffffep49]
    for count in [1, 7, 40] {
      for number in sound {
        #expect(Tensor.filled(number, [count]).isUsable, "\(number)")
      }
      for number in [Float.nan, -.nan, .infinity, -.infinity, 0x1p50, -1e37] {
        for place in [0, count / 2, count - 1] {
          let tensor = Tensor.zeros([count]).edited { $0[place] = number }
          #expect(!tensor.isUsable, "\(number) at \(place) of \(count)")
          #expect(tensor.firstUnusable.map { !($0.magnitude < 0x1p50) } == true)
        }
      }
    }
    #expect(Tensor.zeros([0]).isUsable && Tensor.zeros([3]).firstUnusable == nil)
  }
}
