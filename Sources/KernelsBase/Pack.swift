// Packing: strided rows or columns become the contiguous panels the tiles read.

/// target[depth][height] = source, transposed as needed; lanes from `lanes` to `height` are zero.
///
/// A lane is a row of A or a column of B; `laneStride` and `depthStride` are in floats.
@inline(never)
func interleave(
  _ source: Source, lanes: Int, laneStride: Int, depth: Int, depthStride: Int,
  height: Int, into target: Target
) {
  if lanes < height {
    for index in 0..<depth * height { target[index] = 0 }
  }
  if laneStride == 1 {
    copyLanes(source, lanes, depth, depthStride, height, target)
  } else if depthStride == 1 {
    transposeLanes(source, lanes, laneStride, depth, height, target)
  } else {
    for k in 0..<depth {
      for lane in 0..<lanes {
        target[k * height + lane] = source[lane * laneStride + k * depthStride]
      }
    }
  }
}

@inline(__always)
private func copyLanes(
  _ source: Source, _ lanes: Int, _ depth: Int, _ depthStride: Int, _ height: Int, _ target: Target
) {
  let whole = lanes & ~3
  for k in 0..<depth {
    let from = source + k * depthStride
    let to = target + k * height
    var lane = 0
    while lane < whole {
      UnsafeMutableRawPointer(to + lane).storeBytes(
        of: UnsafeRawPointer(from + lane).loadUnaligned(as: SIMD4<Float>.self),
        as: SIMD4<Float>.self)
      lane += 4
    }
    while lane < lanes {
      to[lane] = from[lane]
      lane += 1
    }
  }
}

/// target[depth][height] = `lanes` lanes of source, whose steps of depth follow each other.
///
/// Four lanes at a time, four steps of depth at a time: a 4 × 4 transpose in registers. The rest is
/// a pair of lanes and a single one.
@inline(__always)
func transposeLanes(
  _ source: Source, _ lanes: Int, _ laneStride: Int, _ depth: Int, _ height: Int, _ target: Target
) {
  let wholeLanes = lanes & ~3
  let wholeDepth = depth & ~3
  var lane = 0
  while lane < wholeLanes {
    let from = source + lane * laneStride
    let to = target + lane
    var k = 0
    while k < wholeDepth {
      transpose4(from + k, laneStride, to + k * height, height)
      k += 4
    }
    while k < depth {
      for step in 0..<4 { to[k * height + step] = from[step * laneStride + k] }
      k += 1
    }
    lane += 4
  }
  if lane + 2 <= lanes {
    transposePair(source + lane * laneStride, laneStride, depth, height, target + lane)
    lane += 2
  }
  if lane < lanes {
    let from = source + lane * laneStride
    for k in 0..<depth { target[k * height + lane] = from[k] }
    lane += 1
  }
}

@inline(__always)
private func transpose4(_ from: Source, _ fromStride: Int, _ to: Target, _ toStride: Int) {
  let a = UnsafeRawPointer(from).loadUnaligned(as: SIMD4<Float>.self)
  let b = UnsafeRawPointer(from + fromStride).loadUnaligned(as: SIMD4<Float>.self)
  let c = UnsafeRawPointer(from + 2 * fromStride).loadUnaligned(as: SIMD4<Float>.self)
  let d = UnsafeRawPointer(from + 3 * fromStride).loadUnaligned(as: SIMD4<Float>.self)
  let to = UnsafeMutableRawPointer(to)
  let step = toStride * 4
  to.storeBytes(of: SIMD4(a.x, b.x, c.x, d.x), as: SIMD4<Float>.self)
  to.storeBytes(of: SIMD4(a.y, b.y, c.y, d.y), toByteOffset: step, as: SIMD4<Float>.self)
  to.storeBytes(of: SIMD4(a.z, b.z, c.z, d.z), toByteOffset: 2 * step, as: SIMD4<Float>.self)
  to.storeBytes(of: SIMD4(a.w, b.w, c.w, d.w), toByteOffset: 3 * step, as: SIMD4<Float>.self)
}

/// Two lanes, four steps of depth at a time.
@inline(__always)
private func transposePair(
  _ from: Source, _ fromStride: Int, _ depth: Int, _ height: Int, _ to: Target
) {
  let whole = depth & ~3
  var k = 0
  while k < whole {
    let a = UnsafeRawPointer(from + k).loadUnaligned(as: SIMD4<Float>.self)
    let b = UnsafeRawPointer(from + fromStride + k).loadUnaligned(as: SIMD4<Float>.self)
    let to = UnsafeMutableRawPointer(to + k * height)
    let step = height * 4
    to.storeBytes(of: SIMD2(a.x, b.x), as: SIMD2<Float>.self)
    to.storeBytes(of: SIMD2(a.y, b.y), toByteOffset: step, as: SIMD2<Float>.self)
    to.storeBytes(of: SIMD2(a.z, b.z), toByteOffset: 2 * step, as: SIMD2<Float>.self)
    to.storeBytes(of: SIMD2(a.w, b.w), toByteOffset: 3 * step, as: SIMD2<Float>.self)
    k += 4
  }
  while k < depth {
    to[k * height] = from[k]
    to[k * height + 1] = from[fromStride + k]
    k += 1
  }
}
