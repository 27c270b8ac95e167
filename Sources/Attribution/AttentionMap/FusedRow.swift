/// The one row of the one layer, averaged over heads.
struct FusedRow: AttentionFunction {
  func callAsFunction(
    _ attention: [[Double]], _ map: AttentionMap
  ) -> (map: [Double], pullback: AttentionPullback) {
    (map.fused(attention[0]), { [map.unfused($0, by: 1)] })
  }
}
