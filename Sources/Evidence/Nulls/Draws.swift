/// How many random sets a null draws: few for means and maxima, more for a p-value that is still
/// open.
public struct Draws: Sendable, Equatable {
  /// Sets over which means and maxima go.
  public var means = 64
  /// Sets that a p-value reads at most, B; so many or fewer sets are enumerated instead.
  public var most = 199
  /// Random sets that a supporting check looks at.
  public var supporting = 19
  /// Random sets of each size along a ranking: the curves are drawn, they do not decide.
  public var ranking = 7
  /// Placements of the map's weights, which need no pass.
  public var placements = 999

  /// The defaults.
  public init() {}

  /// Differences up to this are ties: fixed beforehand, so that no draw decides what counts as one.
  static let tie = 0.001
}
