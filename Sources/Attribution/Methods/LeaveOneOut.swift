import Models
import Tensors

/// How much the target's probability falls when a token is removed.
package struct LeaveOneOut: Method {
  package let info = MethodInfo(
    name: "leave_one_out",
    summary: "how much the target's probability falls when each token alone is removed",
    formula: "e_t = p_c(x) − p_c(x without t); detail tvd: TVD(p(x), p(x without t))",
    source: "Li et al. 2016; Jain & Wallace 2019",
    cost: "one forward pass a token (times draws for replace)", signed: true,
    needs: [.classifier],
    options: [
      OptionSpec(
        "operator", .choice(RemovalOperator.allCases.map(\.rawValue)), default: .text("delete"),
        "how a token is removed"),
      OptionSpec(
        "draws", .integer(1...1000), default: .integer(4),
        "replacements averaged over by operator=\"replace\""),
      OptionSpec(
        "fill_ins", .integers(0...Int(Int32.max)), default: .none,
        "token ids that replacements are drawn from; every ordinary token by default"),
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let how = RemovalOperator(rawValue: options.text("operator")) ?? .delete
    var fillers: [Int]?
    if case .integers(let ids) = options["fill_ins"] { fillers = ids }
    if let size = question.model.card.vocabularySize,
      let wrong = fillers?.first(where: { $0 >= size })
    {
      throw AssayError(
        .option, "leave_one_out: fill_ins", expected: "ids in 0..<\(size)", found: "\(wrong)")
    }
    let ablation = try question.ablate(
      question.positions.map { [$0] }, by: how, draws: options.integer("draws"), fillers: fillers)
    let indices = question.positions.indices
    var result = Scores(
      indices.map { Float(ablation.drop($0, target: question.target)) }, cost: ablation.cost)
    result.details = [("tvd", indices.map { Float(ablation.distance($0)) })]
    return result
  }
}
