/// How a picture of this height and width is cut into square patches, row by row.
package struct PatchCut: Sendable, Equatable {
  package let height: Int
  package let width: Int
  package let side: Int

  package init(height: Int, width: Int, side: Int) {
    self.height = height
    self.width = width
    self.side = side
  }

  /// Where row `line` of a patch's channel stands in that channel of the picture.
  fileprivate func start(_ patch: Int, line: Int) -> Int {
    let columns = width / side
    return (patch / columns * side + line) * width + patch % columns * side
  }
}

extension Tensor {
  /// Some patches of a picture `[channels, height, width]` as rows, `[patches, channels · side²]`,
  /// each channel by channel and line by line.
  package func cutting(_ cut: PatchCut, _ patches: [Int]) -> Tensor {
    let channels = shape[0]
    return Tensor(shape: [patches.count, channels * cut.side * cut.side]) { buffer in
      guard var row = buffer.baseAddress else { return }
      withExtendedLifetime(self) {
        for patch in patches {
          for channel in 0..<channels {
            let plane = unsafePointer + channel * cut.height * cut.width
            for line in 0..<cut.side {
              row.initialize(from: plane + cut.start(patch, line: line), count: cut.side)
              row += cut.side
            }
          }
        }
      }
    }
  }

  /// The picture `[channels, height, width]` whose patches are these rows and whose other pixels
  /// are zero: the transpose of `cutting`.
  package func joining(_ cut: PatchCut, _ patches: [Int], channels: Int) -> Tensor {
    Tensor(shape: [channels, cut.height, cut.width]) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: buffer.count)
      withExtendedLifetime(self) {
        var row = unsafePointer
        for patch in patches {
          for channel in 0..<channels {
            let plane = base + channel * cut.height * cut.width
            for line in 0..<cut.side {
              (plane + cut.start(patch, line: line)).update(from: row, count: cut.side)
              row += cut.side
            }
          }
        }
      }
    }
  }
}
