import Attribution
import Models
import Tensors

/// How far the maps of several methods agree about one prediction: matrices `[method · method]`, nil
/// where a pair is undefined or a map is missing.
package struct MethodAgreement: Sendable {
  /// Kendall's tau-b of magnitudes, symmetric.
  package let kendall: [Double?]
  /// The lift of the row's map in the column's magnitudes.
  package let lift: [Double?]
  /// The placement variance of the tested map's lift, one a method.
  package let variance: [Double?]

  /// - Parameters:
  ///   - examination: of the tested map, on the evidence of its verdict.
  ///   - methods: names, the tested one first.
  init(_ examination: Examination, _ methods: [String]) throws(AssayError) {
    var maps = try examination.compared
    for name in methods where maps[name] == nil && !RowQuestions.fromChecks.contains(name) {
      guard name != methods.first else { continue }
      maps[name] = try examination.map(of: name)
    }
    if let name = methods.first { maps[name] = examination.scores }
    self.init(methods.map { maps[$0] })
  }

  /// - Parameter maps: the tested one first; nil for one that is missing.
  init(_ maps: [[Double]?]) {
    let ranked = maps.map { map in
      map.flatMap { $0.count < 2 ? nil : (scores: $0, magnitudes: Ranking($0.map(abs))) }
    }
    var (taus, lifts): ([Double?], [Double?]) = ([], [])
    for (row, first) in ranked.enumerated() {
      for (column, second) in ranked.enumerated() {
        guard let first, let second else {
          taus.append(nil)
          lifts.append(nil)
          continue
        }
        lifts.append(Lift.of(first.scores, in: second.magnitudes.scores).value)
        if row > column {
          taus.append(taus[column * ranked.count + row])
        } else {
          let pair = ScorePair(first.magnitudes, second.magnitudes, k: 1)
          // A map agrees with itself exactly, whatever rounding makes of the quotient.
          taus.append(Kendall.measure(pair).value.map { row == column ? 1 : $0 })
        }
      }
    }
    kendall = taus
    lift = lifts
    variance = ranked.map { reference in
      guard let tested = ranked.first ?? nil, let reference else { return nil }
      return Lift.placementVariance(tested.scores, in: reference.magnitudes.scores)
    }
  }
}

extension Examination {
  /// The magnitudes that the checks compare a map with, by method; a reference that does not serve is
  /// left out, and of several by one method the first stands for it.
  fileprivate var compared: [String: [Double]] {
    get throws(AssayError) {
      var maps: [String: [Double]] = [:]
      for reference in try references() where reference.obstacle == nil {
        let method = reference.explanation.method
        maps[method] = maps[method] ?? reference.magnitudes
      }
      if let how = operators.first {
        maps[RowQuestions.leaveOneOut] = try leaveOneOut(how).map(\.distance)
      }
      return maps
    }
  }

  /// The map of a method with its defaults, one number a unit; nil where the model or the input does
  /// not allow it.
  fileprivate func map(of method: String) throws(AssayError) -> [Double]? {
    do throws(AssayError) {
      let scores = try explained(by: method).scores.map(Double.init)
      return units.summed(scores, over: question.positions)
    } catch {
      if error.kind == .cancelled || error.kind == .internal { throw error }
      return nil
    }
  }
}
