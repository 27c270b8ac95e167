import Attribution
import Models
import Tensors
import Values

/// In how many ways could the attention change with exactly the same output of every head?
package struct FreeDirections: Check {
  package let info = CheckInfo(
    name: "free_directions", condition: .robustness, role: .descriptive,
    claim: "the attention is determined by what the heads put out",
    null: "none: a rank",
    limits:
      "it describes the model and the length of the text, not this map; weights may not become "
      + "negative, which this does not ask",
    cost: "1 forward pass, and a rank a layer and head", source: "Brunner et al. 2020",
    needs: [.mixing])

  package func estimate(_ examination: Examination) -> Cost { Cost(forwards: 1) }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<FreeDirectionsFinding> {
    let (question, scope) = (examination.question, examination.scope)
    let sites = scope.layers.map { Site.block($0, .value) }
    guard sites.allSatisfy(question.model.sites.contains) else {
      return .notApplicable("The model does not show the values that attention mixes.")
    }
    let free = try examination.freeDirections(sites)
    return .found(
      FreeDirectionsFinding(layers: scope.layers, free: free, keys: question.input.count))
  }
}

extension Examination {
  /// n − rank[V, 1] by layer and head in scope.
  fileprivate func freeDirections(_ sites: [Site]) throws(AssayError) -> [[Int]] {
    if let known = shared.free[scope] { return known }
    let kept = try question.model.predict(
      [question.input], keep: sites, execution: question.execution
    ).kept
    spend(Cost(forwards: 1))
    let heads = question.model.card.heads
    var free: [[Int]] = []
    for site in sites {
      guard let values = kept[site]?.first else { continue }
      free.append(
        (scope.heads ?? Array(0..<heads)).map { head in
          values.shape[0] - AffineRank.of(values, head: head, of: heads)
        })
      try question.execution.checkCancellation()
    }
    shared.free[scope] = free
    return free
  }
}

/// The rank of [V, 1]: V the values of one head, a row a key.
enum AffineRank {
  /// - Parameter values: `[keys, heads · width]`.
  static func of(_ values: Tensor, head: Int, of heads: Int) -> Int {
    let (keys, all) = (values.shape[0], values.shape[1])
    let width = all / max(heads, 1)
    let rows = values.withSpan { v in
      (0..<keys).map { key in
        (0..<width).map { Double(v[key * all + head * width + $0]) } + [1]
      }
    }
    return rank(rows)
  }

  /// The number of rows that are no combination of the rows before them, by modified Gram–Schmidt;
  /// what is left of a row counts where it is more than rounding of single precision leaves.
  static func rank(_ rows: [[Double]]) -> Int {
    var basis: [[Double]] = []
    let width = rows.first?.count ?? 0
    for row in rows where basis.count < width {
      let size = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      var rest = row
      for unit in basis {
        let along = zip(rest, unit).reduce(0) { $0 + $1.0 * $1.1 }
        for index in rest.indices { rest[index] -= along * unit[index] }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if left > 1e-5 * max(size, 1) { basis.append(rest.map { $0 / left }) }
    }
    return basis.count
  }
}

/// How many directions of attention leave a head's output as it is.
package struct FreeDirectionsFinding: Finding {
  package let layers: [Int]
  /// n − rank[V, 1] by layer and head: for a row that sees every key.
  package let free: [[Int]]
  package let keys: Int

  private var all: [Double] { free.joined().map(Double.init) }

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { median(all) }
  package var effect: Double? { median(all) }

  package func sentence(_ thresholds: Thresholds) -> String {
    let middle = Int(saturating: median(all))
    return middle == 0
      ? "Every head's attention over these \(keys) positions is determined by what the head puts out."
      : "In the middle of the heads, attention could change in \(middle) independent ways over these "
        + "\(keys) positions with exactly the same output of the head."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("layers", .list(layers.map { .integer($0) })),
      ("free", .list(free.map { .list($0.map { .integer($0) }) })),
      ("keys", .integer(keys)),
    ]
  }
}
