import Tensors

/// How a model cuts a picture into square patches, row by row from the top left.
public struct PatchGrid: Sendable, Equatable {
  /// Colour channels.
  public let channels: Int
  /// The picture's height and width in pixels.
  public let height, width: Int
  /// The side of a patch in pixels.
  public let side: Int

  /// Pixels beyond the last whole patch of a row or column are not looked at.
  public init(channels: Int, height: Int, width: Int, side: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.side = side
  }

  /// How many patches stand below each other.
  public var rows: Int { height / side }
  /// How many patches stand side by side.
  public var columns: Int { width / side }
  /// The number of patches.
  public var count: Int { rows * columns }
  /// The shape of a picture, `[channels, height, width]`.
  public var shape: [Int] { [channels, height, width] }
  /// How many numbers a patch holds.
  package var patchSize: Int { channels * side * side }

  /// The cut in the terms of `Tensor`.
  package var cut: PatchCut { PatchCut(height: height, width: width, side: side) }
}

/// A picture as a vision model reads it: a class token and its patches, in that order.
package struct Image: Sendable, Equatable {
  /// What stands in place of a patch that was taken away.
  package enum Paint: Sendable, Equatable {
    /// The picture's mean colour.
    case mean
    /// Zeros, with which pictures are padded.
    case zero
  }

  /// Colours in the scale that the model was trained on, `[channels, height, width]`.
  package let pixels: Tensor
  /// How the picture is cut.
  package let grid: PatchGrid
  /// The number of the patch at every position, nil for the class token.
  package private(set) var patches: [Int?]
  /// Patches of one colour, by number.
  package private(set) var painted: [Int: Paint] = [:]

  /// - Precondition: `pixels` has the shape of the grid.
  package init(_ pixels: Tensor, grid: PatchGrid) {
    precondition(pixels.shape == grid.shape, "a picture of the grid's shape")
    self.pixels = pixels
    self.grid = grid
    patches = [nil] + (0..<grid.count).map { $0 }
  }

  func keeping(_ positions: [Int]) -> Image {
    var copy = self
    copy.patches = positions.map { patches[$0] }
    return copy
  }

  func painting(_ positions: [Int], _ paint: Paint) -> Image {
    var copy = self
    for patch in positions.compactMap({ patches[$0] }) { copy.painted[patch] = paint }
    return copy
  }

  /// The patches that are there, ascending by position.
  package var present: [Int] { patches.compactMap { $0 } }

  /// The numbers of every patch that is there, `[patches, channels · side · side]`.
  package var rows: Tensor {
    let rows = pixels.cutting(grid.cut, present)
    let chosen = present.enumerated().compactMap { row, patch in painted[patch].map { (row, $0) } }
    if chosen.isEmpty { return rows }
    let mean = chosen.contains { $0.1 == .mean } ? meanColour : []
    let paints = chosen.flatMap { _, paint in
      (0..<grid.channels).flatMap { channel in
        Array(repeating: paint == .mean ? mean[channel] : 0, count: grid.side * grid.side)
      }
    }
    return rows.replacingRows(
      chosen.map(\.0), with: Tensor(paints, shape: [chosen.count, grid.patchSize]))
  }

  /// The mean of every channel, summed in double precision.
  private var meanColour: [Float] {
    let each = grid.height * grid.width
    return pixels.withSpan { values in
      (0..<grid.channels).map { channel in
        let sum = (channel * each..<(channel + 1) * each).reduce(0.0) { $0 + Double(values[$1]) }
        return Float(sum / Double(each))
      }
    }
  }

  /// Whether pixels, cut, patches and paint are the same; pixels are compared number by number.
  package static func == (a: Image, b: Image) -> Bool {
    a.grid == b.grid && a.patches == b.patches && a.painted == b.painted
      && a.pixels.scalars == b.pixels.scalars
  }
}
