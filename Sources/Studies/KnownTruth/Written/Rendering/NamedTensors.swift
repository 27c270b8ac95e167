import Tensors

/// The tensors of a checkpoint, by name.
struct NamedTensors {
  private(set) var list: [(name: String, tensor: Tensor)] = []

  mutating func add(_ name: String, _ values: [Double]) {
    list.append((name, Tensor(values.map { Float($0) }, shape: [values.count])))
  }

  /// A matrix by its rows; `shape` where a checkpoint stores it with further axes.
  mutating func add(_ name: String, _ rows: [[Double]], shape: [Int]? = nil) {
    list.append(
      (
        name,
        Tensor(rows.flatMap { $0.map { Float($0) } }, shape: shape ?? [rows.count, rows[0].count])
      ))
  }

  /// A linear layer stored `[outputs, inputs]`.
  mutating func add(linear name: String, _ rows: [[Double]], bias: [Double]? = nil) {
    add(name + ".weight", rows)
    add(name + ".bias", bias ?? Array(repeating: 0, count: rows.count))
  }

  /// A linear layer stored `[inputs, outputs]`.
  mutating func add(transposed name: String, _ rows: [[Double]], bias: [Double]? = nil) {
    let columns = rows[0].indices.map { column in rows.map { $0[column] } }
    add(name + ".weight", columns)
    add(name + ".bias", bias ?? Array(repeating: 0, count: rows.count))
  }

  /// A layer norm that scales and does nothing else.
  mutating func add(norm name: String, width: Int) {
    add(name + ".weight", Array(repeating: 1, count: width))
    add(name + ".bias", Array(repeating: 0, count: width))
  }
}
