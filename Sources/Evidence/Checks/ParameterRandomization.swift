import Attribution
import Models
import Tensors
import Values

/// Does the explanation change when the model forgets what it has learned?
package struct ParameterRandomization: Check {
  package let info = CheckInfo(
    name: "parameter_randomization", condition: nil, role: .supporting,
    claim: "the map depends on what the model has learned",
    null: "none: an agreement between maps",
    limits: "a map that changes may still be untrue; one that stays may show the text's structure",
    cost: "the explanation, layers + 6 times", source: "Adebayo et al. 2018", isDefault: false,
    needs: [.tape])

  /// How often all weights are shuffled.
  static let repeats = 5
  /// An agreement from here on means that the map is the same.
  static let same = 0.9

  package func estimate(_ examination: Examination) -> Cost {
    guard !examination.explanation.isExternal else { return Cost() }
    let stages = Stage.all(of: examination.question.model).count - 1 + Self.repeats
    return (0..<stages).reduce(Cost()) { total, _ in
      total + examination.explanation.cost + Cost(forwards: 1)
    }
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<RandomizationFinding> {
    guard !examination.explanation.isExternal, examination.count >= 2 else {
      return .notApplicable("Only an explanation that can be made again can be tested.")
    }
    let model = examination.question.model
    let stages = Stage.all(of: model)
    var weights: [String: Tensor] = [:]
    var cascade: [Double?] = []
    for stage in stages.dropLast() {
      weights.merge(stage.shuffled(examination, 0)) { $1 }
      cascade.append(try agreement(model.replacing(weights), examination))
    }
    var whole: [Double?] = []
    for index in 0..<Self.repeats {
      let all = stages.reduce(into: [String: Tensor]()) { all, stage in
        all.merge(stage.shuffled(examination, index)) { $1 }
      }
      whole.append(try agreement(model.replacing(all), examination))
    }
    guard whole.contains(where: { $0 != nil }) else {
      return .undecided("Without learned weights the map is constant.")
    }
    return .found(
      RandomizationFinding(
        cascade: Array(zip(stages.map(\.name), cascade + [whole[0]])),
        whole: whole.compactMap { $0 }))
  }

  /// Spearman's correlation of the magnitudes of the tested map and of the one that another model
  /// gives; nil when one is constant.
  private func agreement(
    _ model: Model, _ examination: Examination
  ) throws(AssayError) -> Double? {
    let question = try Question(
      model, examination.question.input, target: examination.question.target,
      execution: examination.question.execution)
    let explanation = try question.explain(
      method: examination.explanation.method, options: examination.explanation.givenOptions)
    examination.spend(explanation.cost + Cost(forwards: 1))
    return spearman(
      examination.explanation.scores.map { abs(Double($0)) },
      explanation.scores.map { abs(Double($0)) })
  }
}

/// How maps of models that have forgotten agree with the tested one.
package struct RandomizationFinding: Finding {
  /// By stage, the weights from there to the head shuffled; nil where the map became constant.
  package let cascade: [(stage: String, agreement: Double?)]
  /// With all weights shuffled, again and again.
  package let whole: [Double]

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    let typical = median(whole)
    if typical >= ParameterRandomization.same { return .contradicts }
    return typical < thresholds.supported ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { median(whole) }
  package var effect: Double? { median(whole) }

  package func sentence(_ thresholds: Thresholds) -> String {
    let typical = median(whole)
    return "With shuffled weights the map agrees with the tested one by \(decimal(typical)) (rank "
      + "correlation): it \(typical >= ParameterRandomization.same ? "does not depend" : "depends") "
      + "on what the model has learned."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      (
        "cascade",
        .list(
          cascade.map {
            .record([("shuffled_from", .text($0.stage)), ("agreement", .number($0.agreement))])
          })
      ),
      ("repeats", .numbers(whole)),
    ]
  }
}

/// Weights that lose their meaning together, from the head down to the embeddings.
private struct Stage {
  let name: String
  var parameters: [Parameter]

  /// Neighbours in the model's list with the same block number, last first.
  static func all(of model: Model) -> [Stage] {
    var stages: [Stage] = []
    for parameter in model.network.parameters {
      let block = parameter.name.split(separator: ".").first { $0.allSatisfy(\.isNumber) }
      let name = block.map { "block \($0)" } ?? (stages.count > 1 ? "head" : "embeddings")
      if stages.last?.name == name {
        stages[stages.count - 1].parameters.append(parameter)
      } else {
        stages.append(Stage(name: name, parameters: [parameter]))
      }
    }
    return stages.reversed()
  }

  /// The same numbers at other places, so that every weight keeps its scale; each tensor has its
  /// own order.
  func shuffled(_ examination: Examination, _ index: Int) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for parameter in parameters {
      let values = parameter.tensor.scalars
      var draw = examination.random("parameters.\(parameter.name)").draw(index)
      result[parameter.name] = Tensor(
        draw.permutation(values.count).map { values[$0] }, shape: parameter.tensor.shape)
    }
    return result
  }
}
