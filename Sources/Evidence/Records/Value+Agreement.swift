import Tensors
import Values

extension Value {
  package static func agreement(_ agreement: Agreement) -> Value {
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

  package static func association(_ association: Association) -> Value {
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
