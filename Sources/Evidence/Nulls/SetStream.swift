import Tensors

/// The random sets of one size for one input: the same stream for every map and every check that
/// asks, so that whatever is computed of a set is computed once.
///
/// All sets where there are at most `draws.most`, else so many distinct ones; means and maxima use
/// the first `draws.means`, and a p-value reads on.
package struct SetStream: Sendable {
  /// The sets in the order of the stream, each ascending.
  package let sets: [[Int]]
  /// Whether these are all sets of the size.
  package let isEnumerated: Bool
  /// The chance that a random set is one given set: 1/C(n, size).
  package let bound: Double
  private let draws: Draws

  /// - Parameters:
  ///   - count: how many units the input has.
  ///   - source: random numbers; only their seed distinguishes one stream of this shape from another.
  package init(count: Int, size: Int, draws: Draws, seed: UInt64) {
    let subsets = Subsets(
      of: Array(0..<count), size: size, limit: draws.most,
      source: RandomSource(seed: seed, stream: "sets.\(count).\(size)"))
    sets = subsets.chosen
    isEnumerated = subsets.isEnumerated
    bound = 1 / Subsets.count(of: count, size: size)
    self.draws = draws
  }

  /// The sets over which means and maxima go.
  package var first: [[Int]] { isEnumerated ? sets : Array(sets.prefix(draws.means)) }
}
