import TestSupport
import Tensors
import Testing

@testable import Autodiff

@Suite("Adam")
struct AdamTests {
  private let execution = Execution()

  private func values(_ numbers: MutableNumbers) -> [Float] {
    numbers.copy(at: 0, shape: [numbers.count]).scalars
  }

  // Kingma & Ba 2015, section 2.1: with one gradient both moments are it, so |step| = rate.
  @Test("The first step has the length of the rate, whatever the gradient")
  func firstStep() {
    let numbers = MutableNumbers(copying: [Tensor([1, 2, -3], shape: [3])])
    let adam = Adam(Adam.Options(), count: 3)
    adam.step(
      numbers, [.init(0..<3)], gradients: [Tensor([1e-3, -50, 7], shape: [3])], rate: 0.25,
      execution)
    expectClose(values(numbers), [0.75, 2.25, -3.25] as [Float], absolute: 1e-5)
  }

  @Test("Decay shrinks only segments that decay, before the step (Loshchilov & Hutter 2019)")
  func decay() {
    var options = Adam.Options()
    options.decay = 0.5
    let numbers = MutableNumbers(copying: [Tensor([8, 8], shape: [2])])
    let adam = Adam(options, count: 2)
    let zero = Tensor.zeros([1])
    adam.step(
      numbers, [.init(0..<1, decays: true), .init(1..<2)], gradients: [zero, zero], rate: 0.5,
      execution)
    expectClose(values(numbers), [6, 8] as [Float])
  }

  @Test("After one large gradient AMSGrad divides by its peak, while Adam forgets it")
  func amsgrad() {
    func moved(_ amsgrad: Bool) -> Double {
      var options = Adam.Options()
      (options.amsgrad, options.beta2) = (amsgrad, 0.5)
      let numbers = MutableNumbers(zeros: 1)
      let adam = Adam(options, count: 1)
      for gradient in [100] + [Float](repeating: 0, count: 11) {
        adam.step(
          numbers, [.init(0..<1)], gradients: [.filled(gradient, [1])], rate: 1, execution)
      }
      return -Double(values(numbers)[0])
    }
    // m_t = 10 · 0.9^(t−1); the largest v is that of the first step, ½ · 100² = 5000.
    var (expected, kept, half) = (0.0, 1.0, 1.0)
    for _ in 0..<12 {
      let mean = 10 * kept
      kept *= 0.9
      half *= 0.5
      expected += mean / (1 - kept) / (5000 / (1 - half)).squareRoot()
    }
    expectClose(moved(true), expected, relative: 1e-5)
    #expect(moved(false) > 3 * expected)
  }

  @Test("Steps and averages have the same bits on any number of threads")
  func threads() {
    func result(_ threads: Int) -> [Float] {
      var random = TestNumbers(seed: 4)
      let count = 100_003
      let numbers = MutableNumbers(copying: [Tensor(random.floats(count), shape: [count])])
      let average = numbers.copy()
      let adam = Adam(Adam.Options(), count: count)
      let execution = Execution(threads: threads)
      for _ in 0..<3 {
        adam.step(
          numbers, [.init(0..<70_001), .init(70_001..<count, decays: true)],
          gradients: [
            Tensor(random.floats(70_001), shape: [70_001]),
            Tensor(random.floats(count - 70_001), shape: [count - 70_001]),
          ], rate: 0.01, scale: 0.5, execution)
        average.move(toward: numbers, share: 0.125, execution)
      }
      return values(numbers) + values(average)
    }
    expectBitEqual(result(2), result(1))
  }

  @Test("A copy stays as it was when its origin takes a step")
  func copies() {
    let numbers = MutableNumbers(copying: [.filled(1, [4])])
    let copy = numbers.copy(at: 1, shape: [2])
    let view = numbers.view(at: 1, shape: [2])
    Adam(Adam.Options(), count: 4).step(
      numbers, [.init(0..<4)], gradients: [.filled(1, [4])], rate: 1, execution)
    #expect(copy.scalars == [1, 1])
    #expect(view.scalars != [1, 1])
  }
}
