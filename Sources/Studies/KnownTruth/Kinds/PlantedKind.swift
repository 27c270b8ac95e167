import Evidence
import Models
import Tensors

/// A kind of model in which truths are planted: an architecture with its form of input, and a head.
package struct PlantedKind: Sendable {
  /// The registered name.
  package let name: String
  /// What the models are, in a few words.
  package let summary: String
  /// What reports call it.
  package let model: ModelKind
  let form: any PlantedForm
  /// Whether the position that is read is a word of the text, and explained like any other.
  let readsWord: Bool
  /// Whether there are taught models beside the written ones.
  let isTaught: Bool

  private init(
    _ name: String, _ summary: String, _ architecture: ModelKind.Architecture,
    _ head: ModelKind.Head, _ form: any PlantedForm, readsWord: Bool = false,
    isTaught: Bool = false
  ) {
    self.name = name
    self.summary = summary
    model = ModelKind(architecture, head, isPicture: form is PictureForm, length: 32)
    self.form = form
    self.readsWord = readsWord
    self.isTaught = isTaught
  }

  /// The kind that every family has.
  package static let base = PlantedKind(
    "encoder.classes", "BERT that tells two classes apart", .encoder, .classes, EncoderForm(),
    isTaught: true)

  /// The registry: one line a further kind.
  package static let further = [
    PlantedKind(
      "encoder.multi_label", "BERT with labels that are true by themselves", .encoder, .multiLabel,
      EncoderForm()),
    PlantedKind(
      "encoder.regression", "BERT that gives a quantity", .encoder, .regression, EncoderForm()),
    PlantedKind(
      "encoder.token", "BERT that labels one word", .encoder, .token, EncoderForm(),
      readsWord: true),
    PlantedKind(
      "encoder.language_model", "BERT that fills in a masked word", .encoder, .languageModel,
      EncoderForm()),
    PlantedKind(
      "encoder.pair", "BERT over two segments", .encoder, .classes, EncoderForm(isPair: true)),
    PlantedKind(
      "decoder.classes", "GPT-2 read at the last word", .decoder, .classes, DecoderForm(),
      readsWord: true),
    PlantedKind(
      "decoder.end_mark", "GPT-2 read at a mark behind the text", .decoder, .classes,
      DecoderForm(endsInMark: true), isTaught: true),
    PlantedKind(
      "decoder.multi_label", "GPT-2 with labels that are true by themselves", .decoder,
      .multiLabel, DecoderForm(), readsWord: true),
    PlantedKind(
      "decoder.regression", "GPT-2 that gives a quantity", .decoder, .regression, DecoderForm(),
      readsWord: true),
    PlantedKind(
      "decoder.token", "GPT-2 that labels one word", .decoder, .token, DecoderForm(),
      readsWord: true),
    PlantedKind(
      "decoder.language_model", "GPT-2 that continues the text", .decoder, .languageModel,
      DecoderForm(), readsWord: true),
    PlantedKind(
      "picture", "ViT over the patches of a picture", .encoder, .classes, PictureForm()),
  ]

  /// Every kind.
  package static let all = [base] + further

  /// - Throws: `option` listing the registered names.
  package static func named(_ name: String) throws(AssayError) -> PlantedKind {
    if let kind = all.first(where: { $0.name == name }) { return kind }
    throw AssayError(
      .option, "kind", expected: "one of " + all.map(\.name).joined(separator: ", "),
      found: "\"\(name)\"")
  }
}
