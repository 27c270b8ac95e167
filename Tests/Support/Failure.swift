import Tensors
import Testing

/// Requires `body` to throw an `AssayError` of a kind whose description holds every one of `parts`.
package func expectFailure(
  _ kind: AssayError.Kind, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: AssayError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.kind == kind, sourceLocation: sourceLocation)
  let text = error?.description ?? ""
  for part in parts {
    #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
  }
}
