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
      (key: "objective", value: objective.summary),
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
  /// - Throws: `checkpoint` when the file is broken or was saved by another training.
  package func resume(from path: String) throws(AssayError) {
    let file = try SafetensorsFile(path, mapped: false)
    let summaries = [
      ("options", options.summary), ("layout", layout), ("objective", objective.summary),
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
    let kept = hasBest ? try (numbers("best", file), doubles("best", count: 6, file)) : nil
    losses = try doubles("losses", count: nil, file)
    evaluations = (try integer("evaluations", file), try integer("best_evaluation", file))
    position = Position(pass: try integer("pass", file), batch: try integer("batch", file))
    parameters.values.write(restored.view(at: 0, shape: [restored.count]), at: 0)
    average = averaged
    optimizer = Adam(options.adam, steps: try integer("steps", file), moments: moments)
    best = kept.map { numbers, measures in
      Fitted(
        parameters: parameters.tensors(in: numbers),
        quality: Quality(
          correct: Int(measures[0]), count: Int(measures[1]), loss: measures[2],
          area: measures[3] < 0 ? nil : measures[3]),
        loss: measures[4], done: measures[5])
    }
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
    return MutableNumbers(copying: [tensor])
  }

  private func text(_ key: String, _ file: SafetensorsFile) -> String {
    file.metadata.first { $0.key == key }?.value ?? ""
  }

  private func integer(_ key: String, _ file: SafetensorsFile) throws(AssayError) -> Int {
    guard let value = Int(text(key, file)), value >= 0 else {
      throw AssayError(
        .checkpoint, "\(file.path), \(key)", expected: "a whole number",
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
    guard values.count == parts.count, count.map({ $0 == values.count }) ?? true else {
      throw AssayError(
        .checkpoint, "\(file.path), \(key)",
        expected: count.map { "\($0) numbers" } ?? "numbers",
        found: Value.quoted(text(key, file)))
    }
    return values
  }
}
