import Autodiff
import Tensors

/// Patches of a picture projected to the width of the stream, a class token before them, positions
/// added.
///
/// The projection is a convolution whose steps are as long as its window, and so one product.
package struct PatchEmbeddings: Sendable {
  private let projection: LinearLayer
  private let classToken: Parameter
  private let positions: Parameter

  /// The tensors stored at `cursor`, the convolution's window flattened, leading axes of extent one
  /// dropped.
  package init(_ cursor: WeightsCursor, _ grid: PatchGrid, width: Int) throws(AssayError) {
    let convolution = cursor["patch_embeddings"]["projection"]
    projection = LinearLayer(
      weight: try convolution.parameter(
        "weight", shape: [width, grid.channels, grid.side, grid.side]
      ).reshaped([width, grid.patchSize]),
      bias: try convolution.parameter("bias", shape: [width]))
    classToken = try cursor.parameter("cls_token", shape: [1, 1, width]).reshaped([1, width])
    positions = try cursor.parameter("position_embeddings", shape: [1, grid.count + 1, width])
      .reshaped([grid.count + 1, width])
  }

  package var parameters: [Parameter] { projection.parameters + [classToken, positions] }

  package func callAsFunction(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let embedded = try pass.embedding { () throws(AssayError) in try patches(pass) }
    let rows = try pass.tape.apply(Gather(pass.batch.positions), [pass.parameter(positions)])
    return try pass.dropout(pass.tape.apply(Add(), [embedded, rows]))
  }

  /// The class token and the projected patches of every picture, `[total tokens, width]`.
  private func patches(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let images = pass.batch.inputs.compactMap(\.image)
    let pixels = try pass.site(.pixels, .constant(.concatenated(images.map(\.rows))))
    let stacked = try pass.tape.apply(
      StackRows(), [pass.parameter(classToken), projection(pixels, pass)])
    var next = 0
    let order = images.flatMap { image in
      image.patches.map { patch -> Int in
        if patch != nil { next += 1 }
        return patch == nil ? 0 : next
      }
    }
    return try pass.tape.apply(Gather(order), [stacked])
  }
}

extension Parameter {
  /// The same numbers in another shape.
  fileprivate func reshaped(_ shape: [Int]) -> Parameter {
    Parameter(name: name, tensor: tensor.reshaped(shape))
  }
}
