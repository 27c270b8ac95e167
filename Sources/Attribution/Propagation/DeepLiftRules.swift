import Autodiff
import Kernels
import Tensors

/// DeepLIFT's rescale rule for every operation of a transformer (Shrikumar et al. 2017, §3.5.1).
///
/// The first half of a tensor's rows belongs to the input, the second half to its reference. A
/// rule hands a multiplier m on so that Σ m Δx = Σ m' Δy exactly (summation to delta); where input
/// and reference meet, it is the gradient. Each half of the cotangent goes through the same map.
/// Linear operations keep their own pullback; one that is neither linear nor listed is refused. The
/// rules are
/// - y = a(z): m = m' Δy/Δz;
/// - bilinear y = a b (scores from queries and keys, values mixed by a pattern):
///   Δy = ā Δb + b̄ Δa with ā, b̄ the means of input and reference, so it is the ordinary
///   pullback at the mean of both;
/// - softmax y: with L_i = Δy_i/Δlog y_i, the logarithmic mean, Δy_i = L_i(Δx_i − Δc) and Σ Δy = 0
///   give Δc = Σ L Δx/Σ L, hence m_i = L_i (m'_i − Σ L m'/Σ L);
/// - layer norm y = c r γ, c = s − mean(s), r = 1/√(v + ε): a product of c and r, and r rescaled in
///   v: Δr/Δv = −r²r'²/(r + r'), Δv = 2 mean(c̄ Δc); a root-mean-square norm is the same without
///   centring.
enum DeepLiftRules {
  /// Sums, choices and rotations of rows and columns. `dropout` is none: nothing is dropped here.
  static let linear: Set<String> = [
    "add", "scale", "gather", "replace_rows", "mean_rows", "stack_rows", "columns", "repeat_heads",
    "rotate",
  ]

  static let all = PullbackRules(
    "deep_lift", keeping: linear,
    [
      "linear": { operation, record, cotangent, wanted, execution in
        guard let linear = operation as? Linear, let z = record.saved.first else {
          return operation.pullback(record, cotangent, wanted: wanted, execution)
        }
        let plain = Linear(layout: linear.layout, activation: .identity, panels: linear.panels)
        let slope = rescaling(linear.activation, z, record.output, execution)
        return plain.pullback(
          TapeEntry(inputs: record.inputs, output: z),
          slope.multipliedElements(by: cotangent, execution), wanted: wanted, execution)
      },
      "activate": { operation, record, cotangent, wanted, execution in
        guard let activate = operation as? Activate else { return wanted.map { _ in nil } }
        let slope = rescaling(activate.activation, record.inputs[0], record.output, execution)
        return [slope.multipliedElements(by: cotangent, execution)]
      },
      "attention_mix": bilinear,
      "multiply": bilinear,
      "disentangled_scores": bilinear,
      "biased_scores": { operation, record, cotangent, wanted, execution in
        // The biases are the model's own: input and reference share them.
        let middle = record.inputs.prefix(2).map { halfway($0, execution) }
        return operation.pullback(
          TapeEntry(inputs: middle + record.inputs.dropFirst(2), output: record.output), cotangent,
          wanted: wanted, execution)
      },
      "ragged_convolution": { operation, record, cotangent, wanted, execution in
        guard let convolution = operation as? RaggedConvolution else {
          return wanted.map { _ in nil }
        }
        let z = convolution.sums(record, execution)
        let slope = rescaling(.relu, z, record.output, execution)
        return convolution.pullback(
          record, ofSums: slope.multipliedElements(by: cotangent, execution), wanted: wanted,
          execution)
      },
      "attention_weights": { operation, record, cotangent, wanted, execution in
        guard let weights = operation as? AttentionWeights else { return wanted.map { _ in nil } }
        return [softmax(record.output, cotangent, weights.layout).reshaped(record.shapes[0])]
      },
      "softmax_pattern": { operation, record, cotangent, wanted, execution in
        guard let pattern = operation as? SoftmaxPattern else { return wanted.map { _ in nil } }
        return [softmax(record.output, cotangent, pattern.layout)]
      },
      "attention_pattern": { operation, record, cotangent, wanted, execution in
        guard let pattern = operation as? AttentionPattern else { return wanted.map { _ in nil } }
        let scores = softmax(record.output, cotangent, pattern.layout)
        let (layout, scale) = (pattern.layout, pattern.scale)
        let (q, k) = (halfway(record.inputs[0], execution), halfway(record.inputs[1], execution))
        return [
          wanted[0] ? scores.mixed(values: k, layout, scale: scale, execution) : nil,
          wanted[1] ? scores.transposedMixed(rows: q, layout, scale: scale, execution) : nil,
        ]
      },
      "layer_norm": { operation, record, cotangent, wanted, execution in
        let input = layerNorm(record, cotangent)
        return [nil, nil, input] + (wanted.count > 3 ? [input] : [])
      },
      "rms_norm": { operation, record, cotangent, wanted, execution in
        guard let norm = operation as? RMSNorm else { return wanted.map { _ in nil } }
        return [nil, rootMeanSquareNorm(norm, record, cotangent)]
      },
    ])

  /// The ordinary pullback at the mean of input and reference.
  private static let bilinear: PullbackRules.Rule = {
    operation, record, cotangent, wanted, execution in
    let middle = TapeEntry(
      inputs: record.inputs.map { halfway($0, execution) }, output: record.output)
    return operation.pullback(middle, cotangent, wanted: wanted, execution)
  }

  /// Δy/Δz in both halves. Where Δz is too small for a difference of floats, the derivative in the
  /// middle, whose error is of second order; a kink's values are exact, so it needs none.
  private static func rescaling(
    _ activation: Activation, _ z: Tensor, _ y: Tensor, _ execution: Execution
  ) -> Tensor {
    let smallest: Float = activation == .relu ? 0 : 0.01
    let derivative = halfway(z, execution)
      .activationPullback(activation, .filled(1, z.shape), execution)
    let half = z.count / 2
    return derivative.edited { slope in
      z.withSpan { z in
        y.withSpan { y in
          for index in 0..<half where abs(z[index] - z[half + index]) > smallest {
            let change = (y[index] - y[half + index]) / (z[index] - z[half + index])
            slope[index] = change
            slope[half + index] = change
          }
        }
      }
    }
  }

  /// The mean of input and reference, in both halves.
  private static func halfway(_ tensor: Tensor, _ execution: Execution) -> Tensor {
    let half = tensor.count / 2
    let flat = tensor.reshaped([tensor.count])
    let mean = flat.slices(0..<half).adding(flat.slices(half..<tensor.count), execution)
      .scaled(by: 0.5, execution)
    return Tensor.concatenated([mean, mean]).reshaped(tensor.shape)
  }

  /// L_i (m'_i − Σ L m'/Σ L) over every row of the pattern.
  private static func softmax(
    _ pattern: Tensor, _ cotangent: Tensor, _ layout: PatternLayout
  ) -> Tensor {
    let (keys, half) = (layout.keys.length(0), pattern.count / 2)
    return cotangent.edited { multiplier in
      pattern.withSpan { p in
        for start in stride(from: 0, to: p.count, by: keys) {
          let row = start..<start + keys
          let means = row.map { logarithmicMean(Double(p[$0]), Double(p[($0 + half) % p.count])) }
          let mass = means.reduce(0, +)
          let pull = zip(row, means).reduce(0.0) { $0 + $1.1 * Double(multiplier[$1.0]) }
          let centre = mass > 0 ? pull / mass : 0
          for (index, mean) in zip(row, means) {
            multiplier[index] = Float(mean * (Double(multiplier[index]) - centre))
          }
        }
      }
    }
  }

  /// (a − b)/(log a − log b); a where they are equal, 0 where one of them is 0.
  static func logarithmicMean(_ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0 else { return 0 }
    // With u = (a − b)/(a + b) it is (a + b)/2 · u/artanh(u), by the series where u is small.
    let u = (a - b) / (a + b)
    if abs(u) < 1e-3 { return (a + b) / 2 / (1 + u * u / 3 + u * u * u * u / 5) }
    return (a - b) / (logarithm(a) - logarithm(b))
  }

  /// The multipliers of the normalized sum.
  private static func layerNorm(_ record: TapeEntry, _ cotangent: Tensor) -> Tensor {
    let width = cotangent.shape[1]
    let rows = cotangent.shape[0]
    return cotangent.edited { multiplier in
      record.inputs[0].withSpan { gain in
        record.saved[0].withSpan { sum in
          record.saved[1].withSpan { mean in
            record.saved[2].withSpan { scale in
              for row in 0..<rows {
                let other = (row + rows / 2) % rows
                let (r, s) = (Double(scale[row]), Double(scale[other]))
                let slope = -r * r * s * s / (r + s)
                let middle = (0..<width).map { column in
                  (Double(sum[row * width + column] - mean[row])
                    + Double(sum[other * width + column] - mean[other])) / 2
                }
                let g = (0..<width).map {
                  Double(gain[$0]) * Double(multiplier[row * width + $0])
                }
                let pull = zip(g, middle).reduce(0.0) { $0 + $1.0 * $1.1 }
                let free = zip(g, middle).map {
                  (r + s) / 2 * $0 + 2 * slope / Double(width) * $1 * pull
                }
                let centre = free.reduce(0, +) / Double(width)
                for column in 0..<width {
                  multiplier[row * width + column] = Float(free[column] - centre)
                }
              }
            }
          }
        }
      }
    }
  }

  /// The multipliers of the input of a root-mean-square norm, each normalized part being a row.
  private static func rootMeanSquareNorm(
    _ norm: RMSNorm, _ record: TapeEntry, _ cotangent: Tensor
  ) -> Tensor {
    let gain = norm.gain(record.inputs[0]).scalars
    let (rows, width) = (cotangent.count / gain.count, gain.count)
    let (x, scale) = (record.inputs[1], record.saved[0].scalars)
    return cotangent.edited { multiplier in
      x.withSpan { x in
        for row in 0..<rows {
          let other = (row + rows / 2) % rows
          let (r, s) = (Double(scale[row]), Double(scale[other]))
          let slope = -r * r * s * s / (r + s)
          let middle = (0..<width).map {
            (Double(x[row * width + $0]) + Double(x[other * width + $0])) / 2
          }
          let g = (0..<width).map { Double(gain[$0]) * Double(multiplier[row * width + $0]) }
          let pull = zip(g, middle).reduce(0.0) { $0 + $1.0 * $1.1 }
          for column in 0..<width {
            multiplier[row * width + column] = Float(
              (r + s) / 2 * g[column] + 2 * slope / Double(width) * middle[column] * pull)
          }
        }
      }
    }
  }
}
