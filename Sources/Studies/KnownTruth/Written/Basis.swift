import Tensors

/// Random orthonormal directions, all orthogonal to (1, …, 1).
///
/// A layer norm subtracts the mean and scales to a fixed length; on vectors without a mean it is
/// the scaling alone, so that meanings on such directions survive it in proportion.
struct Basis: Sendable {
  /// `width − 1` unit vectors of length `width`.
  let directions: [[Double]]

  /// Gram–Schmidt, twice for orthogonality to rounding, from independent normal vectors.
  init(width: Int, _ draw: inout RandomSource.Draw) {
    let ones = Array(repeating: 1 / Double(width).squareRoot(), count: width)
    directions = Basis.orthonormal(width - 1, width: width, against: [ones], &draw)
  }

  /// `count` random orthonormal vectors that are orthogonal to the orthonormal `against`.
  static func orthonormal(
    _ count: Int, width: Int, against: [[Double]] = [], _ draw: inout RandomSource.Draw
  ) -> [[Double]] {
    var found = against
    while found.count < against.count + count {
      var vector = (0..<width).map { _ in draw.normal() }
      for _ in 0..<2 {
        for known in found {
          let along = dot(vector, known)
          for index in 0..<width { vector[index] -= along * known[index] }
        }
      }
      let length = dot(vector, vector).squareRoot()
      found.append(vector.map { $0 / length })
    }
    return Array(found.dropFirst(against.count))
  }

  /// Σ strength · direction.
  func vector(_ strengths: [(axis: Int, value: Double)]) -> [Double] {
    var sum = [Double](repeating: 0, count: directions[0].count)
    for (axis, value) in strengths {
      for index in sum.indices { sum[index] += value * directions[axis][index] }
    }
    return sum
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}
