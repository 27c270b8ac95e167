import Models
import Tensors
import Values

/// The read-out row of one layer's attention, or how much each token is attended to.
package struct AttentionMethod: Method {
  package let info = MethodInfo(
    name: "attention",
    summary: "how much the read-out position attends to each token in one layer",
    formula:
      "e_t = fuse_h A^l[h, read-out, t]; readout=\"received\": e_t = mean_q fuse_h A^l[h, q, t]",
    source: "Bahdanau et al. 2015; Vaswani et al. 2017", cost: "1 forward pass",
    sumsTo: "1 minus the mass on special tokens", tracing: .untracedLayer, signed: false,
    needs: [.patterns],
    options: [
      .layer,
      HeadFusion.spec,
      OptionSpec(
        "readout", .choice(["row", "received"]), default: .text("row"),
        "the read-out position's row, or the mean over all queries"),
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let layer = try question.layer(options.integer("layer"))
    let fusion = try HeadFusion(options["head_fusion"], heads: question.model.card.heads)
    let patterns = try question.patterns([layer])
    let row = question.attentionRow(
      patterns[0], fusion: fusion, received: options.text("readout") == "received")
    var result = Scores(
      question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 1))
    result.attention = AttentionRow(row)
    result.proof = [.rowsSumToOne(patterns)]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    guard let layer = try? question.layer(options.integer("layer")),
      let fusion = try? HeadFusion(options["head_fusion"], heads: question.model.card.heads)
    else { return nil }
    let received = options.text("readout") == "received"
    return AttentionScope(
      layers: [layer], heads: fusion.heads, queries: received ? nil : [question.readOutRow])
  }

  /// A row by itself, of one head or the mean.
  package func map(_ question: Question, _ options: Options) -> AttentionMap? {
    guard let scope = scope(question, options), scope.queries != nil,
      (try? HeadFusion(options["head_fusion"], heads: question.model.card.heads))?.isMean == true
    else { return nil }
    return AttentionMap(question, scope: scope, FusedRow())
  }
}

extension Question {
  /// How much each position is attended to in a pattern `[heads, queries, keys]`: in the row that
  /// the prediction is read from, or on average over all queries.
  package func attentionRow(
    _ pattern: Tensor, fusion: HeadFusion, received: Bool = false
  ) -> [Double] {
    let fused = fusion(pattern)
    let (queries, keys) = (pattern.shape[1], pattern.shape[2])
    if received || queries == 1 {
      return (0..<keys).map { key in
        (0..<queries).reduce(0) { $0 + fused[$1 * keys + key] } / Double(queries)
      }
    }
    let start = readOutRow * keys
    return Array(fused[start..<start + keys])
  }
}
