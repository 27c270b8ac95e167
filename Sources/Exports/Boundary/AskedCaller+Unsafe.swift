import CABI
import Kernels
import Models
import Synchronization
import Tensors
import Values

/// The caller's function that knows what a model outside the engine says.
final class AskedCaller: Outside, @unchecked Sendable {
  private let ask: assay_ask?
  private let context: UnsafeMutableRawPointer?
  private let release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?

  init(
    _ ask: assay_ask?, _ context: UnsafeMutableRawPointer?,
    release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
  ) {
    self.ask = ask
    self.context = context
    self.release = release
  }

  deinit { ForkGate.outside { release?(context) } }

  func probabilities(_ inputs: [Input]) throws(AssayError) -> [[Double]] {
    var answer = try self.answer("predict", inputs)
    let argument = try answer.required("probabilities")
    let values = try argument.doubles([nil, nil], finite: false)
    try answer.finish()
    let columns = try argument.array().shape[1]
    return stride(from: 0, to: values.count, by: max(columns, 1)).map {
      Array(values[$0..<$0 + columns])
    }
  }

  func attention(_ input: Input) throws(AssayError) -> Tensor {
    var answer = try self.answer("attention", [input])
    let maps = try answer.required("attention").tensor([nil, nil, nil, nil])
    try answer.finish()
    return maps
  }

  func gradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor {
    var answer = try self.answer("gradient", [input], [("target", .target(target))])
    let gradient = try answer.required("gradient").tensor([nil, nil])
    try answer.finish()
    return gradient
  }

  /// What the function says to one question.
  /// - Throws: `cancelled` when it refuses; the caller knows why.
  private func answer(
    _ name: String, _ inputs: [Input], _ more: [Members.Element] = []
  ) throws(AssayError) -> Fields {
    let layout = Batch(inputs)
    return try answer(
      name,
      [
        ("ids", .indices(layout.ids.map { Int32(clamping: $0) })),
        ("offsets", .indices(layout.layout.offsets.map { Int32(clamping: $0) })),
        ("types", .indices(layout.types.map { Int32(clamping: $0) })),
      ] + more)
  }

  /// What the function says to a question with these members.
  /// - Throws: `cancelled` when it refuses; the caller knows why.
  func answer(_ name: String, _ members: [Members.Element]) throws(AssayError) -> Fields {
    let question = ResultHandle(.record([("ask", .text(name))] + members))
    let handle = AnswerHandle()
    let status = withExtendedLifetime((question, handle)) {
      ForkGate.outside {
        ask?(context, Handle.borrowed(question), Handle.borrowed(handle)) ?? 1
      }
    }
    guard status == 0, let record = handle.record else {
      throw AssayError(
        .cancelled, name, expected: "an answer of the model's function",
        found: status == 0 ? "none" : "an error")
    }
    return try Fields(record)
  }
}

/// What an `assay_answer` points to.
final class AnswerHandle: Sendable {
  private let given = Mutex<Value?>(nil)

  func give(_ record: Value) { given.withLock { $0 = record } }

  var record: Value? { given.withLock { $0 } }
}
