// Oracle: the numbers an array was made of.

import Tensors
import Testing

@testable import Values

@Suite("Numeric arrays") struct NumericArrayTests {
  @Test("an array is read as it was written, whatever its type")
  func reading() {
    let doubles = NumericArray([0.1, -2.5], shape: [1, 2])
    #expect(doubles.doubles == [0.1, -2.5] && doubles.integers == nil && doubles.tensor == nil)
    let integers = NumericArray([7, -8] as [Int32])
    #expect(integers.integers == [7, -8] && integers.doubles == [7, -8])
    #expect(doubles.summary == "float64[1, 2]" && integers.summary == "int32[2]")
  }

  @Test("a slice of a tensor starts at its first element and shares its memory")
  func slices() {
    let tensor = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]).slices(1..<2)
    let array = NumericArray(tensor)
    #expect(array.doubles == [3, 4])
    #expect(array.tensor?.scalars == [3, 4])
    #expect(array.storage === tensor.storage)
  }

  @Test("arrays are equal by type, shape and numbers")
  func equality() {
    let array = NumericArray([1.0, 2.0])
    #expect(array == NumericArray([1.0, 2.0]))
    #expect(array != NumericArray([1.0, 2.5]))
    #expect(array != NumericArray([1.0, 2.0], shape: [2, 1]))
    #expect(array != NumericArray([1, 2] as [Int32]))
    #expect(NumericArray([.nan]) != NumericArray([.nan]))
    let tensor = Tensor([1, 2, 1, 2], shape: [2, 2])
    #expect(NumericArray(tensor.slices(0..<1)) == NumericArray(tensor.slices(1..<2)))
  }
}
