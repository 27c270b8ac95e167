import Models
import Tensors

/// How a token, or a patch of a picture, is taken away.
public enum RemovalOperator: String, Sendable, CaseIterable {
  /// The tokenizer's mask token stands in its place; in a picture the picture's mean colour.
  case mask
  /// The sequence becomes shorter; the patches that are left keep their places.
  case delete
  /// The tokenizer's padding token stands in its place, attended to like any other; in a picture
  /// zeros, with which pictures are padded.
  case pad
  /// The tokenizer's unknown token stands in its place.
  case unk
  /// Its embedding becomes zero.
  case zero
  /// Its embedding becomes the mean of the explained tokens' embeddings.
  case meanEmbedding = "mean_embedding"
  /// No query may attend to it, in any layer.
  case attentionMask = "attention_mask"
  /// Randomly drawn tokens stand in its place; effects are averaged over draws.
  case replace

  /// Why the operator cannot be used on an input, or nil if it can.
  package func obstacle(_ model: Model, _ input: Input) -> String? {
    let (vocabulary, isText) = (input.vocabulary, input.image == nil)
    let can = model.card.capabilities
    switch self {
    case .mask where isText && vocabulary.mask == nil: return "the tokenizer has no mask token"
    case .pad where isText && vocabulary.pad == nil: return "the tokenizer has no padding token"
    case .unk where !isText: return "a picture has no unknown token"
    case .unk where vocabulary.unknown == nil: return "the tokenizer has no unknown token"
    case .delete where input.count < 2: return "nothing would be left of the text"
    case .replace where !isText: return "a picture has no vocabulary to draw from"
    case .replace where Fillers(vocabulary).isEmpty:
      return "the vocabulary has no ordinary token to draw from"
    case .zero where !can.contains(.embeddings), .meanEmbedding where !can.contains(.embeddings):
      return "the model's embeddings cannot be edited"
    case .attentionMask where !can.contains(.edits): return "the model's attention cannot be edited"
    case .attentionMask where input.count < 2: return "no key would be left to attend to"
    case .mask, .pad, .unk, .delete, .replace, .zero, .meanEmbedding, .attentionMask: return nil
    }
  }

  /// The first of some operators that can be used on an input.
  package static func usable(
    _ operators: [RemovalOperator], _ model: Model, _ input: Input
  ) -> RemovalOperator? {
    operators.first { $0.obstacle(model, input) == nil }
  }
}

/// The tokens that replacements are drawn from.
enum Fillers: Sendable {
  case named([Int])
  /// Every id below a number except some, which are ascending: a vocabulary is not written out.
  case all(below: Int, except: [Int])

  /// Those that the vocabulary names, or else every id that is not reserved.
  init(_ vocabulary: Vocabulary) {
    self =
      vocabulary.replacements.map(Fillers.named)
      ?? .all(
        below: vocabulary.size,
        except: vocabulary.special.filter { 0..<vocabulary.size ~= $0 }.sorted())
  }

  var count: Int {
    switch self {
    case .named(let ids): ids.count
    case .all(let size, let reserved): size - reserved.count
    }
  }

  var isEmpty: Bool { count == 0 }

  /// The tokens in order.
  subscript(index: Int) -> Int {
    switch self {
    case .named(let ids): ids[index]
    case .all(_, let reserved): reserved.reduce(index) { $1 <= $0 ? $0 + 1 : $0 }
    }
  }
}

/// One removal ready to run: the changed input and the interventions that go with it.
struct Removed: Sendable {
  let input: Input
  var interventions: [Intervention] = []
}

extension Input {
  /// The input without some positions, by an operator that can be used on it.
  func removing(
    _ positions: [Int], by how: RemovalOperator, blank: Tensor?, fillers: (Int) -> Int
  ) -> Removed {
    func substituting(_ id: (Int) -> Int) -> Removed {
      var copy = self
      for position in positions { copy.ids[position] = id(position) }
      return Removed(input: copy)
    }
    switch how {
    case .mask, .pad: return Removed(input: blanking(positions, by: how))
    case .unk: return substituting { _ in vocabulary.unknown ?? 0 }
    case .replace: return substituting(fillers)
    case .delete: return Removed(input: deleting(positions))
    case .zero, .meanEmbedding:
      guard let blank else { preconditionFailure("\(how) patches embeddings") }
      let rows = positions.isEmpty ? blank : Tensor.concatenated(positions.map { _ in blank })
      return Removed(
        input: self,
        interventions: positions.isEmpty
          ? [] : [Intervention(.patch(rows), keys: positions, site: .embedding)])
    case .attentionMask:
      return Removed(
        input: self,
        interventions: [Intervention(.knockOut(renormalise: true), keys: positions)])
    }
  }

  /// The input with the mask, the padding or the unknown token, or the first two's colours, at some
  /// positions.
  func blanking(_ positions: [Int], by how: RemovalOperator) -> Input {
    guard image == nil else { return painting(positions, how == .pad ? .zero : .mean) }
    var copy = self
    let blank =
      how == .pad ? vocabulary.pad : how == .unk ? vocabulary.unknown : vocabulary.mask
    for position in positions { copy.ids[position] = blank ?? 0 }
    return copy
  }

  /// The input shortened by some positions; a chosen position that goes gives way to the one before.
  func deleting(_ positions: [Int]) -> Input {
    let gone = Set(positions)
    return keeping((0..<count).filter { !gone.contains($0) })
  }
}
