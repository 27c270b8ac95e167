import Evidence
import Models
import Tensors
import Values

/// GPT-2: pre-norm causal blocks, read at the last position.
///
/// Embeddings are so long that a norm hardly changes them; what attention adds changes the scale as it
/// does behind a post-norm block. There is no mask token, and a token for padding or the unknown in some
/// vocabularies only.
struct DecoderForm: PlantedForm {
  /// Whether the text ends in a mark that reads, or in a word.
  var endsInMark = false

  private static let longest = 64

  func fits(_ blueprint: Blueprint, _ head: ModelKind.Head) -> Bool { true }

  func vocabulary(_ blueprint: Blueprint) -> (size: Int, ordinary: Range<Int>) {
    (PlantedVocabulary.size(blueprint), PlantedVocabulary.ordinary)
  }

  /// A mark of the start or an ordinary word, the words, and what reads.
  func text(
    _ blueprint: Blueprint, _ head: ModelKind.Head, _ draw: inout RandomSource.Draw
  ) -> PlantedText {
    let reserved = PlantedVocabulary.reserved
    let (startsInMark, pads, knowsUnknown) = (
      draw.uniform() < 0.5, draw.uniform() < 0.5, draw.uniform() < 0.5
    )
    let first = startsInMark ? reserved.start : PlantedVocabulary.word(&draw)
    let middle = PlantedVocabulary.ids(blueprint, &draw)
    let last = endsInMark ? reserved.end : PlantedVocabulary.word(&draw)
    let ids = [first] + middle + [last]
    return PlantedText(
      positions: blueprint.text.indices.map { $0 + 1 },
      tokens: Input(
        ids: ids,
        special: ids.indices.map {
          ($0 == 0 && startsInMark) || ($0 == ids.count - 1 && endsInMark)
        },
        vocabulary: Vocabulary(
          size: PlantedVocabulary.size(blueprint), pad: pads ? reserved.pad : nil,
          unknown: knowsUnknown ? reserved.unknown : nil,
          start: startsInMark ? reserved.start : nil, end: endsInMark ? reserved.end : nil),
        position: head == .token || head == .languageModel ? ids.count - 1 : nil))
  }

  func checkpoint(
    _ parts: PlantedParts, _ kind: ModelKind.Head, _ head: PlantedHead, readOutScale: Double
  ) throws(AssayError) -> Checkpoint {
    let blueprint = parts.blueprint
    let width = blueprint.width
    var (parts, tensors) = (parts, NamedTensors())
    let scale = parts.scale
    tensors.add(
      "transformer.wte.weight",
      parts.words(ordinary: PlantedVocabulary.ordinary.upperBound).map { $0.map { scale * $0 } })
    let ballast = parts.ballastDirection
    tensors.add(
      "transformer.wpe.weight",
      parts.positions(Self.longest).map { position in
        zip(position, ballast).map { scale * ($0 + PlantedParts.ballast * $1) }
      })
    for (index, heads) in blueprint.layers.enumerated() {
      let prefix = "transformer.h.\(index)."
      tensors.add(norm: prefix + "ln_1", width: width)
      let attention = parts.attention(heads)
      tensors.add(
        transposed: prefix + "attn.c_attn", attention.query + attention.key + attention.value,
        bias: attention.queryBias + parts.zeros(2 * width))
      tensors.add(transposed: prefix + "attn.c_proj", attention.output)
      tensors.add(norm: prefix + "ln_2", width: width)
      let branch = parts.feedForward(layer: index)
      tensors.add(transposed: prefix + "mlp.c_fc", branch.expand, bias: branch.bias)
      tensors.add(transposed: prefix + "mlp.c_proj", branch.contract)
    }
    tensors.add(norm: "transformer.ln_f", width: width)
    var object = configuration(blueprint)
    for (name, value) in head.configuration { object[name] = value }
    let read = parts.direction(blueprint.reads)
    switch kind {
    case .token:
      tensors.add(
        linear: "classifier", head.rows(read, scale: readOutScale), bias: head.constants)
    case .classes, .multiLabel, .regression, .languageModel:
      if kind == .languageModel { object["tie_word_embeddings"] = .bool(false) }
      tensors.add(
        kind == .languageModel ? "lm_head.weight" : "score.weight",
        head.rows(
          read, scale: readOutScale, ballast: ballast, strength: scale * PlantedParts.ballast))
    }
    return try Checkpoint(
      configuration: .record(object), tensors: tensors.list, path: "planted model")
  }

  private func configuration(_ blueprint: Blueprint) -> Members {
    var object = Members()
    object["model_type"] = "gpt2"
    object["activation_function"] = "relu"
    for (name, value) in [
      ("n_embd", blueprint.width), ("n_head", blueprint.layers[0].count),
      ("n_inner", PlantedParts.innerWidth(blueprint)), ("n_layer", blueprint.layers.count),
      ("vocab_size", PlantedVocabulary.size(blueprint)), ("n_positions", Self.longest),
    ] {
      object[name] = .integer(value)
    }
    return object
  }
}
