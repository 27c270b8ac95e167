import Evidence
import Tensors
import Values

extension Operations {
  /// Arithmetic on score vectors that come from anywhere.
  static let comparison: Group = [
    "agreement": { call throws(AssayError) in
      var fields = try call.fields()
      let first = try fields.required("a").doubles([nil], finite: false)
      let second = try fields.required("b").doubles([nil], finite: false)
      let statistics = try fields.optional("statistics")?.list { name throws(AssayError) in
        try name.string()
      }
      let depth = try fields.optional("k")?.integer(in: 1...Int(Int32.max))
      let seed = try fields.optional("seed")?.integer(in: 0...Int.max) ?? 0
      let draws = try fields.optional("draws")?.integer(in: 0...100_000) ?? 199
      try fields.finish()
      return .agreement(
        try Agreement.measure(
          first, second, statistics: statistics ?? Agreement.defaultStatistics, k: depth,
          seed: UInt64(clamping: seed), draws: draws, execution: call.execution))
    },
    "separation": { call throws(AssayError) in
      var fields = try call.fields()
      let positive = try fields.required("positive").doubles([nil])
      let negative = try fields.required("negative").doubles([nil])
      let isPaired = try fields.optional("paired")?.boolean() ?? false
      let execution = try call.execution(&fields)
      try fields.finish()
      guard !isPaired || positive.count == negative.count else {
        throw AssayError(
          .shape, "negative", expected: "\(positive.count) values, as many as positive",
          found: "\(negative.count)")
      }
      let interval =
        isPaired
        ? RankArea.pairedInterval(
          positive, over: negative, Bootstrap(execution, "separation")) : nil
      return [
        "auc": .optional(RankArea.of(positive, over: negative)) { .number($0) },
        "low": .optional(interval) { .number($0.lowerBound) },
        "high": .optional(interval) { .number($0.upperBound) },
      ]
    },
    "proportion": { call throws(AssayError) in
      var fields = try call.fields()
      let trials = try fields.required("trials").integer(in: 0...Int(Int32.max))
      let successes = try fields.required("successes").integer(in: 0...trials)
      try fields.finish()
      return .proportion(Proportion(successes, of: trials))
    },
    "random_orders": { call throws(AssayError) in
      var fields = try call.fields()
      let count = try fields.required("count").integer(in: 0...1_000_000)
      let draws = try fields.required("draws").integer(in: 0...1_000_000)
      let execution = try call.execution(&fields)
      try fields.finish()
      guard count * draws <= 1 << 28 else {
        throw AssayError(
          .option, "draws", expected: "at most \(1 << 28) numbers in all",
          found: "\(count * draws)")
      }
      try Memory.require(2 * 4 * Double(count * draws) + 16 * Double(count), for: "random orders")
      let source = execution.random("random_orders")
      var orders: [Int32] = []
      orders.reserveCapacity(count * draws)
      for index in 0..<draws {
        guard execution.goesOn(index) else { throw .cancelled }
        var draw = source.draw(index)
        orders += draw.permutation(count).lazy.map { Int32(clamping: $0) }
      }
      return ["orders": .array(NumericArray(orders, shape: [draws, count]))]
    },
  ]
}
