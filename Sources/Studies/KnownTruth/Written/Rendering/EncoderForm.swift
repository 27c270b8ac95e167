import Evidence
import Models
import Tensors
import Values

/// BERT: post-norm blocks that see everything, read at CLS, at a mask token, or at a word.
struct EncoderForm: PlantedForm {
  /// Whether the text is two segments.
  var isPair = false

  private static let longest = 64

  /// A mark in the place of a word leaves the map a word less: as many have to be left as every family
  /// has, and three for each that a map is to name.
  func fits(_ blueprint: Blueprint, _ head: ModelKind.Head) -> Bool {
    let marks = (isPair ? 1 : 0) + (head == .languageModel ? 1 : 0)
    let words = blueprint.text.count
    return marks == 0 || words - marks >= max(6, 3 * blueprint.evidence.count)
  }

  func vocabulary(_ blueprint: Blueprint) -> (size: Int, ordinary: Range<Int>) {
    (PlantedVocabulary.size(blueprint), PlantedVocabulary.ordinary)
  }

  /// CLS, the words, SEP. A pair has another SEP, and a masked language model its mask, in the place
  /// of an ordinary word; a head for tokens reads an ordinary word.
  func text(
    _ blueprint: Blueprint, _ head: ModelKind.Head, _ draw: inout RandomSource.Draw
  ) -> PlantedText {
    let reserved = PlantedVocabulary.reserved
    var ids = [reserved.start] + PlantedVocabulary.ids(blueprint, &draw) + [reserved.end]
    var special = ids.indices.map { $0 == 0 || $0 == ids.count - 1 }
    var types = Array(repeating: 0, count: ids.count)
    var position: Int?
    let free = blueprint.text.indices.filter { blueprint.text[$0] == nil }.map { $0 + 1 }
    if isPair {
      let middle = free.min { abs(2 * $0 - ids.count) < abs(2 * $1 - ids.count) } ?? 1
      (ids[middle], special[middle]) = (reserved.end, true)
      for index in middle + 1..<ids.count { types[index] = 1 }
    }
    switch head {
    case .classes, .multiLabel, .regression: break
    case .token: position = draw.pick(free)
    case .languageModel:
      let hole = draw.pick(free)
      (ids[hole], special[hole], position) = (reserved.mask, true, hole)
    }
    return PlantedText(
      positions: blueprint.text.indices.map { $0 + 1 },
      tokens: Input(
        ids: ids, types: types, special: special,
        vocabulary: Vocabulary(
          size: PlantedVocabulary.size(blueprint), mask: reserved.mask, pad: reserved.pad,
          unknown: reserved.unknown, start: reserved.start, end: reserved.end),
        position: position))
  }

  func checkpoint(
    _ parts: PlantedParts, _ kind: ModelKind.Head, _ head: PlantedHead, readOutScale: Double
  ) throws(AssayError) -> Checkpoint {
    let blueprint = parts.blueprint
    let width = blueprint.width
    var (parts, tensors) = (parts, NamedTensors())
    tensors.add(
      "bert.embeddings.word_embeddings.weight",
      parts.words(ordinary: PlantedVocabulary.ordinary.upperBound))
    tensors.add("bert.embeddings.position_embeddings.weight", parts.positions(Self.longest))
    tensors.add("bert.embeddings.token_type_embeddings.weight", segments(&parts))
    tensors.add(norm: "bert.embeddings.LayerNorm", width: width)
    for (index, heads) in blueprint.layers.enumerated() {
      let prefix = "bert.encoder.layer.\(index)."
      let attention = parts.attention(heads)
      tensors.add(
        linear: prefix + "attention.self.query", attention.query, bias: attention.queryBias)
      tensors.add(linear: prefix + "attention.self.key", attention.key)
      tensors.add(linear: prefix + "attention.self.value", attention.value)
      tensors.add(linear: prefix + "attention.output.dense", attention.output)
      tensors.add(norm: prefix + "attention.output.LayerNorm", width: width)
      let branch = parts.feedForward(layer: index)
      tensors.add(linear: prefix + "intermediate.dense", branch.expand, bias: branch.bias)
      tensors.add(linear: prefix + "output.dense", branch.contract)
      tensors.add(norm: prefix + "output.LayerNorm", width: width)
    }
    var object = configuration(blueprint)
    for (name, value) in head.configuration { object[name] = value }
    switch kind {
    case .classes, .multiLabel, .regression:
      pooled(head, readOutScale, &parts, &tensors)
    case .token:
      object["architectures"] = ["BertForTokenClassification"]
      tensors.add(
        linear: "classifier",
        head.rows(parts.direction(blueprint.reads), scale: readOutScale), bias: head.constants)
    case .languageModel: predictions(head, readOutScale, &parts, &tensors)
    }
    return try Checkpoint(
      configuration: .record(object), tensors: tensors.list, path: "planted model")
  }

  private func configuration(_ blueprint: Blueprint) -> Members {
    var object = Members()
    object["model_type"] = "bert"
    object["hidden_act"] = "relu"
    for (name, value) in [
      ("hidden_size", blueprint.width), ("num_attention_heads", blueprint.layers[0].count),
      ("intermediate_size", PlantedParts.innerWidth(blueprint)),
      ("num_hidden_layers", blueprint.layers.count),
      ("vocab_size", PlantedVocabulary.size(blueprint)),
      ("max_position_embeddings", Self.longest), ("type_vocab_size", 2),
    ] {
      object[name] = .integer(value)
    }
    return object
  }

  /// The ballast, and what tells two segments apart.
  private func segments(_ parts: inout PlantedParts) -> [[Double]] {
    let ballast = parts.ballastDirection.map { PlantedParts.ballast * $0 }
    guard isPair else { return [ballast, ballast] }
    return parts.positions(2).map { zip(ballast, $0).map(+) }
  }

  /// The pooler writes the strength s of the read axis along one direction w, and the classifier
  /// reads there: Σ w tanh(s w) is odd in s, so that no evidence stays no evidence.
  private func pooled(
    _ head: PlantedHead, _ scale: Double, _ parts: inout PlantedParts, _ tensors: inout NamedTensors
  ) {
    let read = parts.direction(parts.blueprint.reads)
    let written = parts.orthonormal(1)[0]
    tensors.add(
      linear: "bert.pooler.dense",
      parts.noisy(written.map { weight in read.map { weight * $0 } }))
    tensors.add(
      linear: "classifier", head.rows(written, scale: scale), bias: head.constants)
  }

  /// relu(s w + b + c) with c so large that nothing is cut off; the norm takes c away again, and the
  /// constant b, orthogonal to w and much longer, keeps s in proportion.
  private func predictions(
    _ head: PlantedHead, _ scale: Double, _ parts: inout PlantedParts, _ tensors: inout NamedTensors
  ) {
    let width = parts.blueprint.width
    let read = parts.direction(parts.blueprint.reads)
    let ones = Array(repeating: 1 / Double(width).squareRoot(), count: width)
    let (written, constant) = {
      let pair = parts.orthonormal(2, against: [ones])
      return (pair[0], pair[1])
    }()
    let prefix = "cls.predictions."
    tensors.add(
      linear: prefix + "transform.dense",
      parts.noisy(written.map { weight in read.map { weight * $0 } }),
      bias: constant.map { PlantedParts.ballast * $0 + 2 * PlantedParts.ballast })
    tensors.add(norm: prefix + "transform.LayerNorm", width: width)
    tensors.add(prefix + "decoder.weight", head.rows(written, scale: scale))
    tensors.add(prefix + "bias", head.constants)
  }
}
