// The activation functions: each value beside its derivative.

import CPUFeatures

/// The activation with this code (KernelCodes.h) of every lane.
@_transparent
func activationValue(_ code: Int, _ x: Vector) -> Vector {
  switch code {
  case ASSAY_RELU: x.replacing(with: Vector(), where: x .< Vector())
  case ASSAY_GELU_ERF: x * normalDistribution(x)
  case ASSAY_GELU_TANH: x * logistic(geluArgument(x)).value
  case ASSAY_TANH: hyperbolicTangent(x)
  case ASSAY_SIGMOID: logistic(x).value
  case ASSAY_SILU: x * logistic(x).value
  default: x
  }
}

/// Its derivative at x. At 0 the derivative of relu is 0.
@_transparent
func activationDerivative(_ code: Int, _ x: Vector) -> Vector {
  let one = splat(1)
  switch code {
  case ASSAY_RELU: return Vector().replacing(with: one, where: x .> Vector())
  case ASSAY_GELU_ERF:
    let density = exponential(splat(-0.5) * x * x) * splat(0.398_942_280)
    return multiplyAdd(x, density, normalDistribution(x))
  case ASSAY_GELU_TANH:
    let s = logistic(geluArgument(x))
    let slope = splat(1.595_769_12) * multiplyAdd(splat(3 * 0.044_715), x * x, one)
    return multiplyAdd(x * s.slope, slope, s.value)
  case ASSAY_TANH:
    let t = hyperbolicTangent(x)
    return one - t * t
  case ASSAY_SIGMOID: return logistic(x).slope
  case ASSAY_SILU:
    let s = logistic(x)
    return multiplyAdd(x, s.slope, s.value)
  default: return one
  }
}

/// Φ(x) = (1 + erf(x / √2)) / 2
@_transparent
private func normalDistribution(_ x: Vector) -> Vector {
  splat(0.5) * (splat(1) + errorFunction(x * splat(0.707_106_781)))
}

/// 2 √(2/π) · (x + 0.044715 x³): (1 + tanh(v / 2)) / 2 is σ(v), so the tanh form of GELU is x · σ of
/// this, without the cancellation of 1 + tanh in the left tail.
@_transparent
private func geluArgument(_ x: Vector) -> Vector {
  splat(1.595_769_12) * x * multiplyAdd(splat(0.044_715), x * x, splat(1))
}

extension Flavour {
  /// y = activation(x); `y` may be `x`.
  package static func activationForward(
    _ code: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      store(activationValue(code, load(x + offset, lanes)), y + offset, lanes)
      offset += width
    }
  }

  /// dx = dy · activation'(x) for the pre-activation `x`; `dx` may be `dy`.
  package static func activationBackward(
    _ code: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      let slope = activationDerivative(code, load(x + offset, lanes))
      store(load(dy + offset, lanes) * slope, dx + offset, lanes)
      offset += width
    }
  }

  /// y = eˣ; 0 below −86.6, ∞ above 88.72. `y` may be `x`.
  package static func exponentials(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      store(exponential(load(x + offset, lanes)), y + offset, lanes)
      offset += width
    }
  }
}
