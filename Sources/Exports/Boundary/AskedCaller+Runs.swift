import Models
import Tensors
import Values

/// Whole runs of a model whose inside can be seen and edited.
extension AskedCaller: OpenOutside {
  func run(_ run: OutsideRun) throws(AssayError) -> OutsideAnswer {
    func names(_ sites: [Site]) -> Value { .list(sites.map { .text($0.description) }) }
    let batch = run.batch
    let patches = run.patches.map { patch in
      Value.record([
        ("site", .text(patch.site.description)), ("sequence", .integer(patch.sequence)),
        ("tokens", .indices(patch.tokens.map { Int32(clamping: $0) })),
        ("value", .tensor(patch.value)),
      ])
    }
    var answer = try self.answer(
      "run",
      [
        ("run", .integer(run.id)), ("ids", .indices(batch.ids.map { Int32(clamping: $0) })),
        ("offsets", .indices(batch.layout.offsets.map { Int32(clamping: $0) })),
        ("types", .indices(batch.types.map { Int32(clamping: $0) })),
        ("rows", .indices(run.rows.map { Int32(clamping: $0 ?? -1) })),
        ("keep", names(run.keep)), ("differentiate", names(run.differentiate)),
        ("edited", .list(run.edited.map { .integer($0) })), ("patches", .list(patches)),
        ("embeddings", .optional(run.embeddings) { .tensor($0) }),
      ])
    let output = try answer.required("logits").tensor([nil, nil])
    let values = try answer.required("kept").list { one throws(AssayError) in try one.tensor() }
    try answer.finish()
    guard values.count == run.keep.count else {
      throw AssayError(
        .shape, "kept", expected: "one array for each of \(run.keep.count) sites",
        found: "\(values.count)")
    }
    let kept = Dictionary(zip(run.keep, values)) { first, _ in first }
    return OutsideAnswer(output: output, kept: kept)
  }

  func gradients(
    of run: Int, cotangent: Tensor, sites: [Site]
  ) throws(AssayError) -> [Tensor] {
    var answer = try self.answer(
      "gradients",
      [
        ("run", .integer(run)), ("cotangent", .tensor(cotangent)),
        ("sites", .list(sites.map { .text($0.description) })),
      ])
    let gradients = try answer.required("gradients").list { one throws(AssayError) in
      try one.tensor()
    }
    try answer.finish()
    return gradients
  }

  func forget(_ run: Int) {
    // Nothing is lost where nobody is there to forget.
    _ = try? answer("forget", [("run", .integer(run))])
  }
}
