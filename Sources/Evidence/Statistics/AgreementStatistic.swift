import Tensors

/// One way to say how much two score vectors agree.
public struct AgreementStatistic: Sendable {
  /// The name callers use.
  public let name: String
  /// The formula in one line.
  public let formula: String
  /// Where the statistic comes from.
  public let source: String
  /// False for distances: there a smaller value is closer agreement.
  public let greaterIsCloser: Bool
  /// The statistic without its p-value; both vectors are finite and at least two long.
  let measure: @Sendable (ScorePair) -> Association
  /// The p-value of a measured statistic, where it has a null distribution in closed form.
  let test: (@Sendable (ScorePair, Double) -> PValue?)?

  init(
    _ name: String, formula: String, source: String, greaterIsCloser: Bool = true,
    measure: @escaping @Sendable (ScorePair) -> Association,
    test: (@Sendable (ScorePair, Double) -> PValue?)? = nil
  ) {
    self.name = name
    self.formula = formula
    self.source = source
    self.greaterIsCloser = greaterIsCloser
    self.measure = measure
    self.test = test
  }

  /// The statistic with its p-value.
  func evaluate(_ pair: ScorePair) -> Association {
    let result = measure(pair)
    guard let test, case .defined(let value, _) = result else { return result }
    return .defined(value, pValue: test(pair, value))
  }
}

extension AgreementStatistic {
  /// The registry, in the order reports use.
  public static let all: [AgreementStatistic] = [
    AgreementStatistic(
      "lift", formula: "(Σ ê·g − mean g)/(max g − mean g), ê = positive part of e over its sum",
      source: "METHODS", measure: Lift.measure),
    AgreementStatistic(
      "kendall", formula: "(concordant − discordant)/√((pairs − ties in a)(pairs − ties in b))",
      source: "Kendall 1945 (tau-b)", measure: Kendall.measure, test: Kendall.test),
    AgreementStatistic(
      "spearman", formula: "Pearson correlation of the average ranks", source: "Spearman 1904",
      measure: Spearman.measure, test: Pearson.test),
    AgreementStatistic(
      "pearson", formula: "cosine of the centred scores", source: "Pearson 1895",
      measure: Pearson.measure, test: Pearson.test),
    AgreementStatistic(
      "top_k_overlap", formula: "|top k of a ∩ top k of b|/k, expected under random tie-breaking",
      source: "Jain & Wallace 2019 and others", measure: TopKOverlap.measure),
    AgreementStatistic(
      "rbo", formula: "(1 − p)/p · Σ_d A_d p^d + A_n p^n, p = 0.9, A_d = overlap at depth d over d",
      source: "Webber et al. 2010, eq. 32; ties: Corsi & Urbano 2024",
      measure: RankBiasedOverlap.measure),
    AgreementStatistic(
      "kendall_top_k", formula: "1 − K^(½)/max K^(½) over the union of both top-k lists",
      source: "Fagin et al. 2003", measure: KendallTopK.measure),
    AgreementStatistic(
      "jsd", formula: "½ Σ p ln(p/m) + ½ Σ q ln(q/m), m = (p + q)/2, p and q normalised magnitudes",
      source: "Lin 1991", greaterIsCloser: false, measure: JensenShannon.measure),
  ]

  /// The statistic of that name.
  /// - Throws: `AssayError` of kind `option` naming the known statistics.
  public static func named(_ name: String) throws(AssayError) -> AgreementStatistic {
    guard let found = all.first(where: { $0.name == name }) else {
      let known = all.map(\.name).joined(separator: ", ")
      throw AssayError(.option, "statistic", expected: "one of \(known)", found: name)
    }
    return found
  }
}
