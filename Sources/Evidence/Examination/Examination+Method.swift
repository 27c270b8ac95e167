import Attribution
import Values

extension Examination {
  /// The method under test and the options that it ran with; nil for scores from elsewhere.
  private var tested: (method: any Method, options: Options)? {
    guard let method = try? Methods.named(explanation.method),
      let options = try? Options(
        explanation.givenOptions, for: method.info.options, subject: method.info.name)
    else { return nil }
    return (method, options)
  }

  /// How far the scores follow attention towards the input, as their method declares it.
  package var tracing: Tracing { tested?.method.info.tracing ?? .notAttention }

  /// The scores as a function of attention; nil when their method says of none.
  package var map: AttentionMap? {
    tested.flatMap { $0.method.map(question, $0.options) }
  }
}
