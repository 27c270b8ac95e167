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
    }
  ]
}

extension Value {
  static func agreement(_ agreement: Agreement) -> Value {
    var members: [Members.Element] = [
      ("n", .integer(agreement.count)), ("k", .integer(agreement.k)),
      ("seed", .integer(Int(clamping: agreement.seed))),
    ]
    for entry in agreement.entries {
      members.append((entry.statistic.name, .association(entry.association)))
    }
    let floors = agreement.entries.map { entry -> Members.Element in
      (entry.statistic.name, .optional(entry.noiseFloor, Value.noiseFloor))
    }
    return .record(members + [("noise_floor", .record(floors))])
  }

  static func association(_ association: Association) -> Value {
    [
      "value": .optional(association.value) { .number($0) },
      "p_value": .optional(association.pValue) { .number($0.value) },
      "p_method": .optional(association.pValue) { .text($0.method.rawValue) },
      "undefined": .optional(association.undefined) { .text($0.description) },
    ]
  }

  private static func noiseFloor(_ floor: NoiseFloor) -> Value {
    [
      "mean": .number(floor.mean), "quantile": .number(floor.quantile),
      "draws": .integer(floor.draws), "enumerated": .bool(floor.isEnumerated),
    ]
  }
}
