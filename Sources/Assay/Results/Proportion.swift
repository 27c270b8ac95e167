import Tensors
import Values

/// How often something happened, with the interval that 95 % of such samples would hold.
public struct Proportion: Sendable, Equatable {
  /// How often it happened.
  public let count: Int
  /// How often it could have.
  public let of: Int
  /// The share; nil of nothing.
  public let share: Double?
  /// The interval of the share (Wilson 1927).
  public let interval: ClosedRange<Double>

  init(_ argument: Argument) throws(AssayError) {
    var fields = try argument.fields()
    count = try fields.required("count").integer(in: 0...Int.max)
    of = try fields.required("of").integer(in: 0...Int.max)
    share = try fields.optional("share")?.number()
    let low = try fields.required("low").number()
    interval = low...max(low, try fields.required("high").number())
  }
}
