// One time step of LSTM cells (Hochreiter & Schmidhuber 1997, with forget gates), row by row.

extension Flavour {
  /// c = σ(f) ⊙ c₋₁ + σ(i) ⊙ tanh(g) and h = σ(o) ⊙ tanh(c).
  ///
  /// `gates`, [rows, 4 · units] in the order i, f, g, o (torch's), holds the values before the
  /// activations and receives those after. `previous` is c₋₁ [rows, units], nil for zeros.
  package static func lstmForward(
    _ gates: UnsafeMutablePointer<Float>, previous: UnsafePointer<Float>?,
    cells: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>, rows: Int, units: Int
  ) {
    for row in 0..<rows {
      let i = gates + row * 4 * units
      let (f, g, o) = (i + units, i + 2 * units, i + 3 * units)
      let state = row * units
      var offset = 0
      while offset < units {
        let lanes = min(width, units - offset)
        let input = logistic(load(UnsafePointer(i) + offset, lanes)).value
        let forget = logistic(load(UnsafePointer(f) + offset, lanes)).value
        let candidate = hyperbolicTangent(load(UnsafePointer(g) + offset, lanes))
        let output = logistic(load(UnsafePointer(o) + offset, lanes)).value
        var cell = input * candidate
        if let previous {
          cell = multiplyAdd(forget, load(previous + state + offset, lanes), cell)
        }
        store(input, i + offset, lanes)
        store(forget, f + offset, lanes)
        store(candidate, g + offset, lanes)
        store(output, o + offset, lanes)
        store(cell, cells + state + offset, lanes)
        store(output * hyperbolicTangent(cell), hidden + state + offset, lanes)
        offset += width
      }
    }
  }

  /// The cotangents of a step's gates before their activations, and of the cells before the step.
  ///
  /// In the forward pass h = o ⊙ tanh(c) and c = f ⊙ c₋₁ + i ⊙ g, so now do = dh ⊙ tanh(c),
  /// dc += dh ⊙ o ⊙ (1 − tanh²(c)), di = dc ⊙ g, dg = dc ⊙ i, df = dc ⊙ c₋₁ and dc₋₁ = dc ⊙ f, each
  /// gate's then through its activation.
  ///
  /// - Parameters:
  ///   - gates: after their activations, as `lstmForward` left them.
  ///   - hiddenCotangent: dh, [rows, units].
  ///   - cellCotangent: dc as the next step left it; receives dc₋₁.
  package static func lstmBackward(
    _ gates: UnsafePointer<Float>, previous: UnsafePointer<Float>?, cells: UnsafePointer<Float>,
    hiddenCotangent: UnsafePointer<Float>, cellCotangent: UnsafeMutablePointer<Float>,
    into gateCotangent: UnsafeMutablePointer<Float>, rows: Int, units: Int
  ) {
    let one = splat(1)
    for row in 0..<rows {
      let i = gates + row * 4 * units
      let (f, g, o) = (i + units, i + 2 * units, i + 3 * units)
      let out = gateCotangent + row * 4 * units
      let state = row * units
      var offset = 0
      while offset < units {
        let lanes = min(width, units - offset)
        let (input, forget) = (load(i + offset, lanes), load(f + offset, lanes))
        let (candidate, output) = (load(g + offset, lanes), load(o + offset, lanes))
        let squashed = hyperbolicTangent(load(cells + state + offset, lanes))
        let dh = load(hiddenCotangent + state + offset, lanes)
        let through = dh * output
        let before = load(UnsafePointer(cellCotangent) + state + offset, lanes)
        let dc = before + through * (one - squashed * squashed)
        var last = Vector()
        if let previous { last = load(previous + state + offset, lanes) }
        store(dc * candidate * input * (one - input), out + offset, lanes)
        store(dc * last * forget * (one - forget), out + units + offset, lanes)
        store(dc * input * (one - candidate * candidate), out + 2 * units + offset, lanes)
        store(dh * squashed * output * (one - output), out + 3 * units + offset, lanes)
        store(dc * forget, cellCotangent + state + offset, lanes)
        offset += width
      }
    }
  }
}
