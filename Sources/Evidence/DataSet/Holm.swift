/// p-values corrected for how many were looked at (Holm 1979).
package enum Holm {
  /// Each p times the number of those that are not smaller, at most 1 and never below a smaller one's.
  /// An undefined p stays undefined and is not counted.
  package static func corrected(_ values: [Double?]) -> [Double?] {
    let defined = values.indices.compactMap { place in values[place].map { ($0, place) } }
      .sorted { $0 < $1 }
    var result = [Double?](repeating: nil, count: values.count)
    var largest = 0.0
    for (rank, one) in defined.enumerated() {
      largest = max(largest, min(1, one.0 * Double(defined.count - rank)))
      result[one.1] = largest
    }
    return result
  }
}
