import Tensors

/// Training-time dropout: each number becomes zero with probability `rate`, the others are divided
/// by 1 − rate (Srivastava et al. 2014). The same draw gives the same zeros on any thread.
package struct DropOut: Operation {
  package let name = "dropout"
  package let rate: Float
  package let draw: Int
  package let source: RandomSource

  package init(rate: Float, draw: Int, source: RandomSource) {
    self.rate = rate
    self.draw = draw
    self.source = source
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let keep = 1 / (1 - rate)
    // trap: a rate is in 0..<1
    let threshold = UInt64(Double(rate) * 65536)
    let count = inputs[0].count
    var draw = source.draw(self.draw)
    let factors = Tensor.filling(inputs[0].shape) { span in
      var bits: UInt64 = 0
      for index in 0..<count {
        if index & 3 == 0 { bits = draw.next() }
        span[index] = bits & 0xFFFF < threshold ? 0 : keep
        bits >>= 16
      }
    }
    return Forward(inputs[0].multipliedElements(by: factors, execution), saved: [factors])
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass y = factors ⊙ x, so now dx = factors ⊙ dy.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.multipliedElements(by: record.saved[0], execution)]
  }
}
