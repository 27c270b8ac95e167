import Tensors

/// What a search for other attention searches over: how attention becomes a map and a prediction.
package protocol SearchedAttention {
  associatedtype Failure: Error

  /// How many weights sum to one.
  var keys: Int { get }
  /// The unedited attention, `[row · key]`.
  var attention: [Double] { get }
  /// The map that it gives, a distribution.
  var map: [Double] { get }

  /// What the attention of every start, `[start][row · key]`, comes to.
  /// - Parameter epsilon: the change of the prediction above which its slope is wanted.
  func see(_ attention: [[Double]], above epsilon: Double) throws(Failure) -> SeenAttention

  /// Called after every step with the share of the steps that are done.
  func report(_ share: Double) throws(Failure)
}

/// What the attention of several starts came to.
package struct SeenAttention {
  /// The maps, `[start][position]`, each a distribution.
  package let shares: [[Double]]
  /// The changes of the prediction, `[start]`.
  package let distances: [Double]
  /// The gradient with respect to attention of what has the slopes `[start][position]` in the map and
  /// the slope `penalty` in the change of the prediction where that is above the bound.
  package let pullback: (_ slopes: [[Double]], _ penalty: Double) -> [[Double]]

  package init(
    shares: [[Double]], distances: [Double],
    pullback: @escaping (_ slopes: [[Double]], _ penalty: Double) -> [[Double]]
  ) {
    self.shares = shares
    self.distances = distances
    self.pullback = pullback
  }
}

/// ∂TVD(p, q)/∂logits of p: ∂TVD/∂p_j = ½ sign(p_j − q_j), through the softmax p_j (g_j − Σ p g);
/// one probability alone is a sigmoid, whose distance is |p − q|.
package func totalVariationSlope(_ p: [Double], _ q: [Double]) -> [Double] {
  func sign(_ index: Int) -> Double { p[index] > q[index] ? 1 : p[index] < q[index] ? -1 : 0 }
  if p.count == 1 { return [sign(0) * p[0] * (1 - p[0])] }
  let change = p.indices.map { sign($0) / 2 }
  let mean = p.indices.reduce(0) { $0 + p[$1] * change[$1] }
  return p.indices.map { p[$0] * (change[$0] - mean) }
}
