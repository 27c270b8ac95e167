import Autodiff
import Models
import Tensors
import Values

extension Trainer {
  /// Writes everything that the next step depends on, so that a resumed training gives the same
  /// bits as one that was never interrupted.
  /// - Throws: `checkpoint` when the file cannot be written.
  package func save(to path: String, _ execution: Execution = Execution()) throws(AssayError) {
    bringUpToDate(execution: execution)
    var tensors = [(name: "parameters", tensor: flat(parameters.values))]
    if options.averaging > 0 { tensors.append((name: "average", tensor: flat(average))) }
    for (index, moment) in optimizer.moments.enumerated() {
      tensors.append((name: "moment.\(index)", tensor: flat(moment)))
    }
    var metadata = [
      (key: "options", value: options.summary), (key: "layout", value: layout),
      (key: "objective", value: objective.summary), (key: "data", value: data),
      (key: "validation", value: validation ?? ""),
      (key: "evaluations", value: "\(evaluations.count)"),
      (key: "best_evaluation", value: "\(evaluations.best)"),
      (key: "steps", value: "\(optimizer.steps)"), (key: "pass", value: "\(position.pass)"),
      (key: "batch", value: "\(position.batch)"), (key: "losses", value: text(losses)),
    ]
    if let best {
      let quality = best.quality
      let measures = [
        Double(quality.correct), Double(quality.count), quality.loss, quality.area ?? -1, best.loss,
        best.done,
      ]
      let numbers = MutableNumbers(copying: best.parameters.map(\.tensor))
      tensors.append((name: "best", tensor: flat(numbers)))
      metadata.append((key: "best", value: text(measures)))
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// Continues where `save` left off.
  ///
  /// The file is nobody's word: every number in it is checked, and a state belongs to its options, its
  /// model and its examples.
  /// - Throws: `checkpoint` when the file is broken or was saved by another training.
  package func resume(from path: String) throws(AssayError) {
    let file = try SafetensorsFile(path, mapped: false)
    let summaries = [
      ("options", options.summary), ("layout", layout), ("objective", objective.summary),
      ("data", data),
    ]
    for (key, expected) in summaries {
      let found = text(key, file)
      guard found == expected else {
        throw AssayError(.checkpoint, "\(path), \(key)", expected: expected, found: found)
      }
    }
    let moments = try (0..<optimizer.moments.count).map { (index) throws(AssayError) in
      try numbers("moment.\(index)", file)
    }
    let restored = try numbers("parameters", file)
    let averaged = options.averaging > 0 ? try numbers("average", file) : parameters.values
    let hasBest = file.entry("best") != nil
    let kept = hasBest ? try (numbers("best", file), measures(file)) : nil
    let losses = try doubles("losses", count: nil, file)
    let counted = try integer("evaluations", file)
    let place = try position(file)
    let evaluations = (counted, try integer("best_evaluation", file, most: counted))
    let steps = try integer("steps", file)
    let evaluated = text("validation", file)
    if hasBest, evaluated.isEmpty {
      throw AssayError(
        .checkpoint, "\(path), validation", expected: "what the best was chosen on",
        found: "nothing")
    }

    (self.losses, self.evaluations, position) = (losses, evaluations, place)
    parameters.values.write(restored.view(at: 0, shape: [restored.count]), at: 0)
    average = averaged
    optimizer = Adam(options.adam, steps: steps, moments: moments)
    best = kept.map { numbers, measures in
      Fitted(
        parameters: parameters.tensors(in: numbers), quality: measures.quality,
        loss: measures.loss, done: measures.done)
    }
    validation = evaluated.isEmpty ? nil : evaluated
  }

  /// Says on which examples evaluations are made.
  /// - Throws: `checkpoint` when a resumed training was evaluated on others.
  func begin(evaluatingOn examples: [TrainingExample]) throws(AssayError) {
    let known = identity(of: examples)
    if let validation, validation != known {
      throw AssayError(
        .checkpoint, "the training's state, validation", expected: known, found: validation)
    }
    validation = known
  }

  /// Where the training stood.
  private func position(_ file: SafetensorsFile) throws(AssayError) -> Position {
    let pass = try integer("pass", file, most: options.passes)
    position = Position(pass: pass, batch: 0)
    let most = pass == options.passes ? 0 : batchCount - 1
    return Position(pass: pass, batch: try integer("batch", file, most: most))
  }

  /// What the best evaluation measured.
  private func measures(
    _ file: SafetensorsFile
  ) throws(AssayError) -> (quality: Quality, loss: Double, done: Double) {
    let found = try doubles("best", count: 6, file)
    guard let correct = Int(exactly: found[0]), let count = Int(exactly: found[1]), count > 0,
      (0...count).contains(correct), found[3] <= 1, (0...1).contains(found[5])
    else {
      throw AssayError(
        .checkpoint, "\(file.path), best", expected: "what an evaluation measured",
        found: Value.quoted(text("best", file)))
    }
    let area = found[3] < 0 ? nil : found[3]
    return (
      Quality(correct: correct, count: count, loss: found[2], area: area), found[4], found[5]
    )
  }

  /// Names and shapes of the parameters.
  private var layout: String {
    parameters.entries.map { "\($0.name) \($0.shape)" }.joined(separator: "; ")
  }

  private func flat(_ numbers: MutableNumbers) -> Tensor {
    numbers.view(at: 0, shape: [numbers.count])
  }

  private func numbers(
    _ name: String, _ file: SafetensorsFile
  ) throws(AssayError) -> MutableNumbers {
    let tensor = try file.tensor(name)
    guard tensor.shape == [parameters.values.count] else {
      throw AssayError(
        .checkpoint, "\(file.path), tensor \(name)", expected: "[\(parameters.values.count)]",
        found: "\(tensor.shape)")
    }
    if let wrong = tensor.firstUnusable {
      throw AssayError(
        .checkpoint, "\(file.path), tensor \(name)", expected: "finite numbers below 2⁵⁰",
        found: "\(wrong)")
    }
    return MutableNumbers(copying: [tensor])
  }

  private func text(_ key: String, _ file: SafetensorsFile) -> String {
    file.metadata.first { $0.key == key }?.value ?? ""
  }

  /// - Parameter most: by default more steps than a life has seconds.
  private func integer(
    _ key: String, _ file: SafetensorsFile, most: Int = 1 << 40
  ) throws(AssayError) -> Int {
    guard let value = Int(text(key, file)), (0...most).contains(value) else {
      throw AssayError(
        .checkpoint, "\(file.path), \(key)", expected: "a whole number in 0...\(most)",
        found: Value.quoted(text(key, file)))
    }
    return value
  }

  /// Decimal numbers that `doubles` reads back to the bit.
  private func text(_ values: [Double]) -> String {
    values.map { "\($0)" }.joined(separator: " ")
  }

  private func doubles(
    _ key: String, count: Int?, _ file: SafetensorsFile
  ) throws(AssayError) -> [Double] {
    let parts = text(key, file).split(separator: " ")
    let values = parts.compactMap { Double($0) }
    guard values.count == parts.count, count.map({ $0 == values.count }) ?? true,
      values.allSatisfy(\.isFinite)
    else {
      throw AssayError(
        .checkpoint, "\(file.path), \(key)",
        expected: count.map { "\($0) finite numbers" } ?? "finite numbers",
        found: Value.quoted(text(key, file)))
    }
    return values
  }
}
