// Oracle: the promises that every registered operation makes.

import CABI
import Tensors
import Testing

@testable import Exports

@Test func everyOperationHasANameOfItsOwn() {
  let names = Operations.groups.flatMap { $0.map(\.key) }
  #expect(Set(names).count == names.count)
}

@Test(arguments: Operations.all.keys.sorted())
func everyOperationRefusesArgumentsThatMakeNoSense(_ name: String) throws {
  for json in [#"{"no_such_option": 1}"#, "[]", "null", #"{"input": {}, "no_such_option": []}"#] {
    let refused = refusal { _ = try call(name, nil, json) }
    #expect(refused?.kind == Int32(ASSAY_OPTION), "\(name) \(json)")
  }
}
