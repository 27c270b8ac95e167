import Evidence
import Models
import Tensors
import Values

/// ViT: pre-norm blocks over the patches of a picture, read at the class token.
///
/// A word is a patch: one of a codebook of orthonormal patches without a mean colour, which the
/// projection turns into the word. What is painted over or blank is then the projection's constant, an
/// ordinary word.
struct PictureForm: PlantedForm {
  private static let channels = 3
  private static let side = 5
  private static let ordinary = 0..<40
  /// How far pixels are from the mean colour: the root mean square of a codebook patch.
  private static let contrast = 0.5

  /// Pictures are square: three or four patches a side hold the words and one more.
  private static func patches(_ blueprint: Blueprint) -> Int { blueprint.text.count + 1 }

  private static func patchesASide(_ blueprint: Blueprint) -> Int {
    // trap: a blueprint's text is drawn, of a few dozen words
    Int(Double(patches(blueprint)).squareRoot().rounded())
  }

  func fits(_ blueprint: Blueprint, _ head: ModelKind.Head) -> Bool {
    let side = Self.patchesASide(blueprint)
    return side * side == Self.patches(blueprint)
  }

  func vocabulary(_ blueprint: Blueprint) -> (size: Int, ordinary: Range<Int>) {
    (Self.ordinary.upperBound + blueprint.words.count, Self.ordinary)
  }

  private func grid(_ blueprint: Blueprint) -> PatchGrid {
    let size = Self.side * Self.patchesASide(blueprint)
    return PatchGrid(channels: Self.channels, height: size, width: size, side: Self.side)
  }

  /// The patch of every word: the same for every picture, so that a word's pixels say nothing.
  ///
  /// Row by row a channel, then a pixel; each sums to nothing in every channel.
  private func codebook(_ count: Int) -> [[Double]] {
    let area = Self.side * Self.side
    let flat = (0..<Self.channels).map { channel in
      (0..<Self.channels * area).map {
        $0 / area == channel ? 1 / Double(area).squareRoot() : 0
      }
    }
    var draw = RandomSource(seed: 0, stream: "planted patches").draw(0)
    return Basis.orthonormal(count, width: Self.channels * area, against: flat, &draw)
  }

  private var patchLength: Double {
    Self.contrast * Double(Self.channels * Self.side * Self.side).squareRoot()
  }

  /// The words as patches, and one more ordinary one.
  func text(
    _ blueprint: Blueprint, _ head: ModelKind.Head, _ draw: inout RandomSource.Draw
  ) -> PlantedText {
    let words = blueprint.text.map { word in
      word.map { Self.ordinary.upperBound + $0 } ?? draw.integer(below: Self.ordinary.count)
    }
    let ids = words + [draw.integer(below: Self.ordinary.count)]
    let grid = grid(blueprint)
    let book = codebook(vocabulary(blueprint).size).map { patch in
      patch.map { Float($0 * patchLength) }
    }
    let picture = { @Sendable (ids: [Int]) in
      Input(Image(Tensor(patches: ids.map { book[$0] }, grid), grid: grid))
    }
    let input = picture(ids)
    return PlantedText(
      positions: blueprint.text.indices.map { $0 + 1 }, input: input, ordinary: []
    ) { positions in
      [input.painting(positions, .mean), input.painting(positions, .zero)]
        + Self.ordinary.prefix(5).map { id in
          var changed = ids
          for position in positions { changed[position - 1] = id }
          return picture(changed)
        }
    }
  }

  func checkpoint(
    _ parts: PlantedParts, _ kind: ModelKind.Head, _ head: PlantedHead, readOutScale: Double
  ) throws(AssayError) -> Checkpoint {
    let blueprint = parts.blueprint
    let width = blueprint.width
    var (parts, tensors) = (parts, NamedTensors())
    let scale = parts.scale
    let ballast = parts.ballastDirection.map { scale * PlantedParts.ballast * $0 }
    let words = parts.words(ordinary: Self.ordinary.upperBound).map { $0.map { scale * $0 } }
    let blank = parts.word().map { scale * $0 }
    let first = parts.word().map { scale * $0 }
    tensors.add("vit.embeddings.cls_token", [first], shape: [1, 1, width])
    let positions = parts.positions(Self.patches(blueprint) + 1).map { position in
      zip(position, ballast).map { scale * $0 + $1 }
    }
    tensors.add(
      "vit.embeddings.position_embeddings", positions, shape: [1, positions.count, width])
    // Patch p of the codebook, of length L, becomes word − blank: Σ_p (word − blank) pᵀ / L².
    let book = codebook(words.count)
    let projection = (0..<width).map { row in
      var values = [Double](repeating: 0, count: book[0].count)
      for (word, patch) in zip(words, book) {
        let strength = (word[row] - blank[row]) / patchLength
        for index in values.indices { values[index] += strength * patch[index] }
      }
      return values
    }
    let patches = "vit.embeddings.patch_embeddings.projection"
    tensors.add(
      patches + ".weight", projection, shape: [width, Self.channels, Self.side, Self.side])
    tensors.add(patches + ".bias", blank)
    for (index, heads) in blueprint.layers.enumerated() {
      let prefix = "vit.encoder.layer.\(index)."
      tensors.add(norm: prefix + "layernorm_before", width: width)
      let attention = parts.attention(heads)
      let attended = prefix + "attention.attention."
      tensors.add(linear: attended + "query", attention.query, bias: attention.queryBias)
      tensors.add(linear: attended + "key", attention.key)
      tensors.add(linear: attended + "value", attention.value)
      tensors.add(linear: prefix + "attention.output.dense", attention.output)
      tensors.add(norm: prefix + "layernorm_after", width: width)
      let branch = parts.feedForward(layer: index)
      tensors.add(linear: prefix + "intermediate.dense", branch.expand, bias: branch.bias)
      tensors.add(linear: prefix + "output.dense", branch.contract)
    }
    tensors.add(norm: "vit.layernorm", width: width)
    tensors.add(
      linear: "classifier",
      head.rows(parts.direction(blueprint.reads), scale: readOutScale), bias: head.constants)
    var object = configuration(blueprint)
    for (name, value) in head.configuration { object[name] = value }
    return try Checkpoint(
      configuration: .record(object), tensors: tensors.list, path: "planted model")
  }

  private func configuration(_ blueprint: Blueprint) -> Members {
    var object = Members()
    object["model_type"] = "vit"
    object["hidden_act"] = "relu"
    for (name, value) in [
      ("hidden_size", blueprint.width), ("num_attention_heads", blueprint.layers[0].count),
      ("intermediate_size", PlantedParts.innerWidth(blueprint)),
      ("num_hidden_layers", blueprint.layers.count), ("image_size", grid(blueprint).height),
      ("patch_size", Self.side), ("num_channels", Self.channels),
    ] {
      object[name] = .integer(value)
    }
    return object
  }
}

extension Tensor {
  /// The picture that patches make, row by row: each a channel's pixels, then the next channel's.
  init(patches: [[Float]], _ grid: PatchGrid) {
    let area = grid.side * grid.side
    var pixels = [Float](repeating: 0, count: grid.channels * grid.height * grid.width)
    for (number, patch) in patches.enumerated() {
      let (top, left) = (
        number / grid.columns * grid.side, number % grid.columns * grid.side
      )
      for (index, value) in patch.enumerated() {
        let (channel, inner) = (index / area, index % area)
        let (row, column) = (top + inner / grid.side, left + inner % grid.side)
        pixels[(channel * grid.height + row) * grid.width + column] = value
      }
    }
    self.init(pixels, shape: grid.shape)
  }
}
