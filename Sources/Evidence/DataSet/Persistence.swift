/// Whether agreement with gradients, seen on single texts, persists over a data set.
package enum Persistence: String, Sendable, CaseIterable {
  /// Over the data set and in most single texts.
  case persists
  /// Over the data set, but in few single texts.
  case selectedCases = "selected cases"
  /// Over the data set; whether in most texts is open.
  case aboutHalf = "about half"
  /// Not even over the data set.
  case chance
  /// Nothing could be tested.
  case undecided

  /// The gradient references: agreement must hold with every one, so the weakest test decides and
  /// needs no correction (an intersection–union test, Berger 1982).
  package static let references = ["saliency", "input_x_gradient", "integrated_gradients"]

  /// - Parameters:
  ///   - tests: the data-set tests against the references.
  ///   - supported: the share of texts in which agreement was supported.
  package init(_ tests: [DataSetTest], supported: Proportion) {
    guard let weakest = Persistence.weakest(tests), supported.trials > 0 else {
      self = .undecided
      return
    }
    let interval = supported.interval
    if weakest.pValue > 0.05 {
      self = .chance
    } else if interval.lowerBound > 0.5 {
      self = .persists
    } else {
      self = interval.upperBound < 0.5 ? .selectedCases : .aboutHalf
    }
  }

  /// The test that agreement passes least.
  package static func weakest(_ tests: [DataSetTest]) -> DataSetTest.Result? {
    tests.compactMap(\.result).min { $0.z < $1.z }
  }
}
