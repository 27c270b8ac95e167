import Tensors
import Values

/// How the logits of a classification head become probabilities.
public enum ProblemType: String, Sendable, CaseIterable {
  /// One label is true: softmax.
  case singleLabel = "single_label_classification"
  /// Any number of labels are true: a sigmoid each.
  case multiLabel = "multi_label_classification"
  /// The output is a quantity, not a label.
  case regression
}

extension Configuration {
  private static let labelLimit = 1_000_000

  /// The names of the labels in the order of the logits.
  ///
  /// `id2label` names them, in whatever order its keys stand, and must name each of 0 ..< n once;
  /// without it there are `num_labels` labels `LABEL_0`, …, and 2 without either, as in
  /// transformers.
  package func labels() throws(AssayError) -> [String] {
    let count = try integer("num_labels", in: 1...Self.labelLimit, default: 0)
    guard let named = try nested("id2label") else {
      return (0..<(count == 0 ? 2 : count)).map { "LABEL_\($0)" }
    }
    let total = named.object.count
    if total == 0 || (count != 0 && count != total) {
      throw failure(
        "id2label", expected: count == 0 ? "at least one label" : "num_labels = \(count) labels",
        found: "\(total)")
    }
    var labels = [String?](repeating: nil, count: total)
    for (key, value) in named.object {
      guard let index = Int(key), labels.indices.contains(index), labels[index] == nil else {
        throw failure(
          "id2label", expected: "the keys 0 to \(total - 1), each once",
          found: "the key \(Value.quoted(key))")
      }
      // Some tools write numbers as label names.
      guard let label = value.textValue ?? value.integerValue.map({ "\($0)" }) else {
        throw named.failure(key, expected: "a string")
      }
      labels[index] = label
    }
    return labels.compactMap { $0 }
  }

  /// What the head predicts: `problem_type`, or without it regression for a single output and one
  /// true label otherwise, as in transformers.
  package func problemType(labelCount: Int) throws(AssayError) -> ProblemType {
    let fallback: ProblemType = labelCount == 1 ? .regression : .singleLabel
    let text = try string(
      "problem_type", oneOf: ProblemType.allCases.map(\.rawValue), default: fallback.rawValue)
    return ProblemType(rawValue: text) ?? fallback
  }
}
