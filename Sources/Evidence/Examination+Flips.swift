import Attribution

extension Ablation {
  /// Whether removal i changes the predicted label: in more than half of the draws. One score
  /// alone is a probability, whose side of ½ is the label.
  func flips(_ removal: Int) -> Bool {
    let changed = probabilities[removal].count { predictsOtherLabel($0, than: base) }
    return 2 * changed > probabilities[removal].count
  }
}

/// Whether two rows of probabilities predict different labels.
func predictsOtherLabel(_ p: [Double], than q: [Double]) -> Bool {
  if p.count == 1 { return (p[0] >= 0.5) != (q[0] >= 0.5) }
  func top(_ row: [Double]) -> Int? { row.indices.max { row[$0] < row[$1] } }
  return top(p) != top(q)
}
