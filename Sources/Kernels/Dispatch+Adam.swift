// The optimizer's kernel of the chosen instruction set, single-threaded.

import CPUFeatures

/// The factors of one Adam step that are the same for every element.
package typealias AdamConstants = assay_adam

/// `constants.count` Adam steps on `count` numbers.
///
/// - Parameters:
///   - g: the gradients of a single step; nil for steps whose only gradient is the coupled decay's.
///   - largest: the largest second moments so far (AMSGrad); nil divides by the present ones.
package func adamSteps(
  _ x: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>?,
  first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>,
  largest: UnsafeMutablePointer<Float>?, count: Int,
  _ constants: UnsafeBufferPointer<AdamConstants>, on instructionSet: InstructionSet = .active
) {
  guard let base = constants.baseAddress else { return }
  switch instructionSet {
  case .baseline:
    Baseline.adamSteps(
      x, g, first: first, second: second, largest: largest, count: count, base,
      steps: constants.count)
  case .v3:
    V3.adamSteps(
      x, g, first: first, second: second, largest: largest, count: count, base,
      steps: constants.count)
  case .v4:
    V4.adamSteps(
      x, g, first: first, second: second, largest: largest, count: count, base,
      steps: constants.count)
  }
}
