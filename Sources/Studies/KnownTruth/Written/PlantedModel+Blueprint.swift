import Models
import Tensors

extension PlantedModel {
  /// The model that a blueprint describes, with a text of that description.
  init(
    _ blueprint: Blueprint, _ draw: RandomSource.Draw, kind: PlantedKind = .base
  ) throws(AssayError) {
    var draw = draw
    let (form, what) = (kind.form, kind.model.head)
    let text = form.text(blueprint, what, &draw)
    let (size, ordinary) = form.vocabulary(blueprint)
    let head = PlantedHead(what, blueprint, vocabulary: size, answers: ordinary, &draw)
    func places(_ words: [Int]) -> [Int] {
      blueprint.text.indices.filter { blueprint.text[$0].map(words.contains) ?? false }
        .map { text.positions[$0] }
    }
    let parts = PlantedParts(blueprint, draw)
    func model(readOutScale: Double) throws(AssayError) -> Model {
      try Model(form.checkpoint(parts, what, head, readOutScale: readOutScale))
    }
    // The head is linear in its scale: one run at scale 1 tells the scale for the planted confidence.
    let difference = head.lead(
      try model(readOutScale: 1).predict([text.input]).logits(0))
    let evidence = places(blueprint.evidence)
    self.init(
      model: try model(readOutScale: head.wanted / difference), input: text.input,
      ordinary: text.ordinary, evidence: evidence, spares: places(blueprint.spares),
      label: head.label, rival: head.rival, scale: head.scale, grade: blueprint.grade,
      withoutEvidence: text.neutralised(evidence))
  }
}
