import Autodiff
import Synchronization
import Tensors

/// Rotary positions: the angle of pair i at position p is p · frequency_i (Su et al. 2021).
///
/// Frequencies and angles are rounded to single precision, as they were in training. Their sines and
/// cosines are computed once, for the longest sequence so far.
package final class RotaryPositions: Sendable {
  private let headWidth: Int
  private let frequencies: [Float]
  private let tables = Mutex<(cosines: Tensor, sines: Tensor)?>(nil)

  /// `frequencies` holds one number a pair, at most half the head's width.
  init(headWidth: Int, frequencies: [Float]) {
    self.headWidth = headWidth
    self.frequencies = frequencies
  }

  /// Queries or keys, `[token, heads · head width]`, turned by their positions; queries may be those
  /// of the read-out's rows alone.
  package func callAsFunction(
    _ x: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let longest = pass.batch.layout.lengths.max() ?? 0
    let (cosines, sines) = tables(length: longest)
    let rotation = Rotation(
      headWidth: headWidth, cosines: cosines, sines: sines, positions: pass.positions(of: x))
    return try pass.tape.apply(Rotate(rotation), [x])
  }

  private func tables(length: Int) -> (cosines: Tensor, sines: Tensor) {
    tables.withLock { tables in
      if let ready = tables, ready.cosines.shape[0] >= length { return ready }
      let shape = [max(length, 64), frequencies.count]
      let angles = (0..<shape[0]).flatMap { position in
        frequencies.map { Double(Float(position) * $0) }
      }
      let made = (
        cosines: Tensor(angles.map { Float(cosine($0)) }, shape: shape),
        sines: Tensor(angles.map { Float(sine($0)) }, shape: shape)
      )
      tables = made
      return made
    }
  }
}

extension RotaryPositions {
  /// The positions that a configuration describes: `rope_parameters`, or `rope_theta` beside
  /// `rope_scaling` as older files have it.
  ///
  /// - Parameters:
  ///   - layers: the kind of layer under which newer files nest the parameters.
  ///   - isStretched: whether `rope_scaling` of older files is meant for these layers.
  ///   - theta: the older field of the base, and the base when no field says it.
  ///   - share: the share of a head's columns that turn.
  package convenience init(
    _ configuration: Configuration, layers: String? = nil, isStretched: Bool = true, headWidth: Int,
    theta: (field: String, value: Double) = ("rope_theta", 10_000), share: Double = 1
  ) throws(AssayError) {
    var parameters = try configuration.nested("rope_parameters")
    if parameters == nil, isStretched { parameters = try configuration.nested("rope_scaling") }
    if let layers, let nested = try parameters?.nested(layers) { parameters = nested }
    let isNested = parameters?.contains("rope_theta") ?? false
    let given = parameters ?? configuration
    let base = try (isNested ? given : configuration).number(
      isNested ? "rope_theta" : theta.field, in: 1...1e15, default: theta.value)
    let turning = try given.number("partial_rotary_factor", in: 0...1, default: share)
    // trap: `turning` is a share of 1, and a head's width small
    let width = Int(Double(headWidth) * turning)
    guard width > 0, width.isMultiple(of: 2) else {
      throw configuration.failure(
        "rope_parameters", expected: "an even number of rotated columns a head",
        found: "\(width) of \(headWidth)")
    }
    let plain = stride(from: 0, to: width, by: 2).map {
      1 / Float(power(base, Double($0) / Double(width)))
    }
    let stretched = if let parameters { try Self.stretched(plain, parameters) } else { plain }
    self.init(headWidth: headWidth, frequencies: stretched)
  }

  /// The frequencies stretched to longer texts than the model first learned.
  private static func stretched(
    _ frequencies: [Float], _ parameters: Configuration
  ) throws(AssayError) -> [Float] {
    let field = parameters.contains("rope_type") ? "rope_type" : "type"
    let kind = try parameters.string(
      field, oneOf: ["default", "linear", "llama3"], default: "default")
    if kind == "default" { return frequencies }
    let factor = try parameters.number("factor", in: 1e-6...1e6)
    if kind == "linear" { return frequencies.map { $0 / Float(factor) } }
    // Llama 3.1: long waves are stretched, short ones kept, those between blended.
    let low = try parameters.number("low_freq_factor", in: 1e-6...1e6)
    let high = try parameters.number("high_freq_factor", in: 1e-6...1e6)
    let length = try parameters.number("original_max_position_embeddings", in: 1...1e9)
    return frequencies.map { frequency in
      let wave = 2 * Double.pi / Double(frequency)
      if wave < length / high { return frequency }
      if wave > length / low { return Float(Double(frequency) / factor) }
      let blend = (length / wave - low) / (high - low)
      return Float((1 - blend) * Double(frequency) / factor + blend * Double(frequency))
    }
  }
}
