/// How much the texts of each label count.
package enum LabelWeights {
  /// One weight a label, n_first / n_label: every label then counts as much as the first one (Jain &
  /// Wallace 2019). A label without a text counts as one with one.
  ///
  /// - Parameters:
  ///   - places: the label of every text, from 0.
  ///   - count: how many labels there are; from 1.
  package static func balanced(_ places: [Int], count: Int) -> [Double] {
    var counts = Array(repeating: 0, count: count)
    for place in places { counts[place] += 1 }
    return counts.map { Double(max(1, counts[0])) / Double(max(1, $0)) }
  }

  /// The label whose weights a text has: the likeliest one, the first of equals.
  package static func place(of target: ArraySlice<Float>) -> Int {
    var best = target.startIndex
    for label in target.indices where target[label] > target[best] { best = label }
    return best - target.startIndex
  }
}
