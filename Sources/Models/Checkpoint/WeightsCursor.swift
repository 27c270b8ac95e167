import Kernels
import Tensors
import Values

/// Hands out the tensors of a checkpoint by name and keeps a list of everything that is wrong.
///
/// A family reads each weight beside the shape it must have, through scopes that spell the
/// checkpoint's prefixes: `cursor["encoder"]["layer"][0].tensor("output.dense.weight", shape: …)`.
/// A problem does not stop the reading: the family gets zeros of the right shape, and `finish`
/// throws one error with all problems. Scopes of one cursor share the list; a cursor belongs to
/// one thread.
package struct WeightsCursor {
  private let checkpoint: Checkpoint
  private let prefix: String
  private let reading: Reading
  /// The precision of products with the weights of this scope.
  ///
  /// What has no number in its name stands once: embeddings, the pooler, the head. It costs little,
  /// nothing after it evens its rounding out, and it stays in float32.
  let precision: Precision
  /// That of the numbered scopes, which are the blocks.
  private let blockPrecision: Precision

  /// What has been read and what was wrong; shared by all scopes.
  private final class Reading {
    var tensors: [String: Tensor] = [:]
    var missing: [String] = []
    var unusable: [String] = []
    /// Zeros that stand in for unusable tensors; as long as the longest so far.
    var zeros: Storage?
  }

  /// So many problems end the reading at once: the configuration belongs to another model.
  private static let problemLimit = 1000

  init(_ checkpoint: Checkpoint, precision: Precision) {
    self.init(checkpoint, prefix: "", reading: Reading(), .float32, blocks: precision)
  }

  private init(
    _ checkpoint: Checkpoint, prefix: String, reading: Reading, _ precision: Precision,
    blocks: Precision
  ) {
    self.checkpoint = checkpoint
    self.prefix = prefix
    self.reading = reading
    self.precision = precision
    blockPrecision = blocks
  }

  // MARK: - Scopes

  /// The tensors whose names begin with `scope` and a dot.
  package subscript(scope: String) -> WeightsCursor { scoped(scope, precision) }

  package subscript(index: Int) -> WeightsCursor { scoped(String(index), blockPrecision) }

  private func scoped(_ scope: String, _ precision: Precision) -> WeightsCursor {
    WeightsCursor(
      checkpoint, prefix: "\(prefix)\(scope).", reading: reading, precision, blocks: blockPrecision)
  }

  /// The scope if any tensor lies in it, else this cursor: some checkpoints are saved with the
  /// name of the base model before every weight (`bert.`), some without.
  package func scoped(ifPresent scope: String) -> WeightsCursor {
    let scoped = self[scope]
    return checkpoint.names.contains { $0.hasPrefix(scoped.prefix) } ? scoped : self
  }

  /// The full name of a tensor of this scope.
  package func name(_ name: String) -> String { prefix + name }

  package func contains(_ name: String) -> Bool { checkpoint.contains(prefix + name) }

  /// The shape of a tensor as the checkpoint has it, for extents that no configuration states.
  package func shape(_ name: String) -> [Int]? { checkpoint.shape(prefix + name) }

  // MARK: - Reading

  /// The tensor of a name in this scope, which must have the given shape.
  ///
  /// A tensor that is read twice, as tied weights are, is converted once.
  /// - Parameter legacy: Another name that older checkpoints use for the same tensor.
  /// - Returns: The tensor; zeros of the shape, which take no memory, if it is missing or
  ///   unusable, and then `finish` throws.
  /// - Throws: Only if `shape` is too large for any memory, or after a thousand problems.
  package func tensor(
    _ name: String, or legacy: String? = nil, shape: [Int]
  ) throws(AssayError) -> Tensor {
    let stored = legacy.map { contains(name) || !contains($0) ? name : $0 } ?? name
    let full = prefix + stored
    if let tensor = reading.tensors[full], tensor.shape == shape { return tensor }
    let title = Value.quoted(full)
    let tensor: Tensor
    if let found = checkpoint.shape(full), let type = checkpoint.type(full) {
      if found == shape && type.isFloat {
        tensor = try checkpoint.tensor(full)
      } else {
        reading.unusable.append(
          "\(title) expected \(shape), found \(type.isFloat ? "" : type.rawValue + " ")\(found)")
        tensor = try placeholder(title, shape)
      }
    } else {
      reading.missing.append("\(title) \(shape)")
      tensor = try placeholder(title, shape)
    }
    reading.tensors[full] = tensor
    return tensor
  }

  /// As `tensor`, but nil if the checkpoint has none of this name.
  package func optionalTensor(_ name: String, shape: [Int]) throws(AssayError) -> Tensor? {
    contains(name) ? try tensor(name, shape: shape) : nil
  }

  private func placeholder(_ title: String, _ shape: [Int]) throws(AssayError) -> Tensor {
    if reading.missing.count + reading.unusable.count >= Self.problemLimit {
      throw failure("this configuration", unread: [])
    }
    guard let count = SafetensorsHeader.elementCount(shape) else {
      throw AssayError(
        .checkpoint, "\(checkpoint.path), tensor \(title)", expected: "a shape that fits memory",
        found: "\(shape) by the configuration")
    }
    let byteCount = count * MemoryLayout<Float>.size
    if let zeros = reading.zeros, zeros.byteCount >= byteCount {
      return Tensor(shape: shape, storage: zeros, offset: 0)
    }
    let zeros = try MappedFile.zeroPages(byteCount: byteCount)
    reading.zeros = zeros
    return Tensor(shape: shape, storage: zeros, offset: 0)
  }

  // MARK: - The end

  /// Buffers that transformers saves beside the weights and that no forward pass needs.
  package static let harmless = [
    "position_ids", "token_type_ids", "num_batches_tracked", "rotary_emb.inv_freq",
  ]

  /// Throws one error that lists every missing, misshapen and unread tensor by its full name.
  ///
  /// - Parameters:
  ///   - model: What was being read, for the message: `bert`.
  ///   - ignoring: Tensors that need not be read. `pooler.dense.bias` stands for that name in any
  ///     scope, `pooler.*` for everything in such a scope.
  package func finish(_ model: String, ignoring: [String] = []) throws(AssayError) {
    let patterns = (Self.harmless + ignoring).map { $0.split(separator: ".") }
    let unread = checkpoint.names.filter { name in
      guard reading.tensors[name] == nil else { return false }
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      return !patterns.contains { Self.matches(parts, $0) }
    }
    if reading.missing.isEmpty && reading.unusable.isEmpty && unread.isEmpty { return }
    throw failure("a \(model) model", unread: unread)
  }

  private func failure(_ model: String, unread: [String]) -> AssayError {
    let lists = [
      Self.list("missing", reading.missing), Self.list("unusable", reading.unusable),
      Self.list("unread", unread.map { "\(Value.quoted($0)) \(checkpoint.shape($0) ?? [])" }),
    ]
    return AssayError(
      .checkpoint, checkpoint.path, expected: "the tensors of \(model)",
      found: lists.compactMap { $0 }.joined(separator: "; "))
  }

  private static func list(_ title: String, _ lines: [String]) -> String? {
    if lines.isEmpty { return nil }
    let limit = 100
    let rest = lines.count > limit ? " and \(lines.count - limit) more" : ""
    return "\(lines.count) \(title): " + lines.prefix(limit).joined(separator: ", ") + rest
  }

  /// Whether a name ends in the pattern or, for a pattern that ends in `*`, has it inside.
  private static func matches(_ name: [Substring], _ pattern: [Substring]) -> Bool {
    let isScope = pattern.last == "*"
    let wanted = isScope ? pattern.dropLast() : pattern[...]
    guard name.count >= pattern.count else { return false }
    if !isScope { return name.suffix(wanted.count).elementsEqual(wanted) }
    return (0...name.count - pattern.count).contains { start in
      name[start..<start + wanted.count].elementsEqual(wanted)
    }
  }
}
