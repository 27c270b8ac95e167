import Models
import Tensors
import Values

/// How much the target's probability falls when a token is removed.
package struct LeaveOneOut: Method {
  package let info = MethodInfo(
    name: "leave_one_out",
    summary: "how much the target's probability falls when each token alone is removed",
    formula: "e_t = p_c(x) − p_c(x without t); detail tvd: TVD(p(x), p(x without t))",
    source: "Li et al. 2016; Jain & Wallace 2019",
    cost: "one forward pass a token (times draws for replace)", signed: true,
    needs: [.classifier],
    options: OptionSpec.removal(default: .delete))

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let ablation = try question.ablate(
      question.positions.map { [$0] }, by: question.removalOperator(options),
      draws: options.integer("draws"),
      fillers: question.fillers(options, subject: "leave_one_out"))
    let indices = question.positions.indices
    var result = Scores(
      indices.map { Float(ablation.drop($0, target: question.target)) }, cost: ablation.cost)
    result.details = [("tvd", indices.map { Float(ablation.distance($0)) })]
    return result
  }
}
