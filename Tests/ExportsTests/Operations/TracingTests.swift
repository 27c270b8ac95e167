// Oracle: one layer, by hand. Mixing [[1, 0], [0.5, 0.5]] half with the identity gives
// [[1, 0], [0.25, 0.75]]; the product of one map, and the flow through it, are the map itself.

import CABI
import Models
import Testing

@testable import Exports

private func oneLayer() -> LentMemory {
  LentMemory(floats: [1, 0, 0.5, 0.5], shape: [1, 1, 2, 2])
}

@Test func rolloutOfOneLayerIsItsMixedMap() throws {
  let answer = try call("rollout", nil, #"{"attentions": {"$array": 0}}"#, [oneLayer()])
  #expect(answer.arrays[0].shape == [2, 2])
  #expect(answer.arrays[0].floats == [1, 0, 0.25, 0.75])
}

@Test func flowThroughOneLayerIsItsMixedMap() throws {
  let answer = try call("flow", nil, #"{"attentions": {"$array": 0}}"#, [oneLayer()])
  #expect(answer.arrays[0].shape == [2, 2])
  #expect(zip(answer.arrays[0].doubles, [1, 0, 0.25, 0.75]).allSatisfy { abs($0 - $1) < 1e-6 })
  let one = try call(
    "flow", nil, #"{"attentions": {"$array": 0}, "sources": [1]}"#, [oneLayer()])
  #expect(one.arrays[0].shape == [1, 2])
  #expect(one.arrays[0].doubles == Array(answer.arrays[0].doubles[2...]))
}

@Test(arguments: [
  (#""sources": [2]"#, "sources[0]: expected an integer in 0...1, found the integer 2"),
  (#""residual": 1.5"#, "residual: expected a number in 0.0...1.0, found the number 1.5"),
  (#""head_fusion": "sum""#, #"head_fusion: expected one of mean, max, min, found "sum""#),
])
func anOptionOfFlowOutOfRangeIsRefused(_ option: String, _ message: String) {
  let json = #"{"attentions": {"$array": 0}, \#(option)}"#
  #expect(refusal { _ = try call("flow", nil, json, [oneLayer()]) }?.message == message)
}

@Test func attentionThatIsNotSquareOrEmptyIsRefused() {
  for shape in [[1, 1, 2, 3], [1, 1, 0, 0], [0, 1, 2, 2]] {
    let lent = LentMemory(
      floats: Array(repeating: 0.5, count: shape.reduce(1, *)), shape: shape)
    let refused = refusal { _ = try call("flow", nil, #"{"attentions": {"$array": 0}}"#, [lent]) }
    #expect(refused?.kind == Int32(ASSAY_SHAPE))
  }
}
