// Adam steps (Kingma & Ba 2015), also many in a row on numbers without a gradient.

import CPUFeatures

/// √x of every lane.
@_transparent
private func root(_ x: Vector) -> Vector {
  #if KERNELS_V4
    assay_root16(x)
  #elseif KERNELS_V3
    assay_root8(x)
  #else
    assay_root4(x)
  #endif
}

/// One register of values with its moments.
private struct AdamLanes {
  var x, m, v, largest: Vector

  /// One step with the gradient `g`; `peaks` divides by the largest second moment so far (AMSGrad).
  @inline(__always)
  mutating func step(_ g: Vector, _ c: assay_adam, peaks: Bool) {
    let slope = multiplyAdd(x, splat(c.pull), g * splat(c.gradient_scale))
    m = multiplyAdd(splat(1 - c.beta1), slope - m, m)
    v = multiplyAdd(splat(1 - c.beta2), slope * slope - v, v)
    largest = peaks ? larger(v, largest) : v
    let scale = multiplyAdd(root(largest), splat(c.correction), splat(c.epsilon))
    x = multiplyAdd(splat(-c.length), m / scale, x * splat(c.shrink))
  }
}

extension Flavour {
  /// `steps` steps on `count` numbers, of which only a single step may have gradients: several steps
  /// pass nil, and every gradient is then that of the coupled decay alone.
  ///
  /// The numbers stay in registers from the first step to the last, and come out as from as many
  /// calls with one step each.
  package static func adamSteps(
    _ x: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>?,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>,
    largest: UnsafeMutablePointer<Float>?, count: Int, _ constants: UnsafePointer<assay_adam>,
    steps: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      let next = min(width, count - offset - lanes)
      var a = AdamLanes(
        x: load(UnsafePointer(x) + offset, lanes), m: load(UnsafePointer(first) + offset, lanes),
        v: load(UnsafePointer(second) + offset, lanes), largest: Vector())
      // A second register fills the time that the first one's divisions take.
      var b = AdamLanes(x: Vector(), m: Vector(), v: Vector(), largest: Vector())
      if let largest { a.largest = load(UnsafePointer(largest) + offset, lanes) }
      if next > 0 {
        let start = offset + lanes
        b.x = load(UnsafePointer(x) + start, next)
        b.m = load(UnsafePointer(first) + start, next)
        b.v = load(UnsafePointer(second) + start, next)
        if let largest { b.largest = load(UnsafePointer(largest) + start, next) }
      }
      var slopes = (Vector(), Vector())
      if let g {
        slopes.0 = load(g + offset, lanes)
        if next > 0 { slopes.1 = load(g + offset + lanes, next) }
      }
      for step in 0..<steps {
        a.step(slopes.0, constants[step], peaks: largest != nil)
        b.step(slopes.1, constants[step], peaks: largest != nil)
      }
      store(a.x, x + offset, lanes)
      store(a.m, first + offset, lanes)
      store(a.v, second + offset, lanes)
      if let largest { store(a.largest, largest + offset, lanes) }
      if next > 0 {
        let start = offset + lanes
        store(b.x, x + start, next)
        store(b.m, first + start, next)
        store(b.v, second + start, next)
        if let largest { store(b.largest, largest + start, next) }
      }
      offset += lanes + next
    }
  }
}
