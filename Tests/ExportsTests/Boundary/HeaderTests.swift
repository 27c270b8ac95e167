// Oracle: the header, whose constants Swift repeats as raw values.

import CABI
import Tensors
import Testing
import Values

@testable import Exports

@Test func everyKindOfErrorIsAConstantOfTheHeader() {
  let constants: [AssayError.Kind: Int] = [
    .option: ASSAY_OPTION, .input: ASSAY_INPUT, .shape: ASSAY_SHAPE,
    .checkpoint: ASSAY_CHECKPOINT, .unsupported: ASSAY_UNSUPPORTED, .numeric: ASSAY_NUMERIC,
    .cancelled: ASSAY_CANCELLED, .internal: ASSAY_INTERNAL, .memory: ASSAY_MEMORY,
    .model: ASSAY_MODEL,
  ]
  #expect(constants.count == AssayError.Kind.allCases.count)
  for (kind, constant) in constants { #expect(Int(kind.rawValue) == constant) }
}

@Test func everyElementTypeIsAConstantOfTheHeader() {
  let constants: [NumericArray.Element: Int] = [
    .float32: ASSAY_FLOAT32, .float64: ASSAY_FLOAT64, .int32: ASSAY_INT32, .int64: ASSAY_INT64,
  ]
  #expect(constants.count == NumericArray.Element.allCases.count)
  for (element, constant) in constants { #expect(Int(element.rawValue) == constant) }
}
