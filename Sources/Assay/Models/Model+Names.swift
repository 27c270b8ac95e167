import Models
import Tensors
import Values

extension Model {
  /// The label of that name, or the token of a language model, as the target of an explanation.
  ///
  /// - Throws: `option` when there is no such label, or the text is several tokens.
  public func target(_ name: String) throws(AssayError) -> Target { .label(try place(of: name)) }

  /// The first label rather than the second: the difference of their scores as a target.
  /// - Throws: `option` when there is no such label, or the text is several tokens.
  public func target(_ name: String, ratherThan other: String) throws(AssayError) -> Target {
    .contrast(try place(of: name), try place(of: other))
  }

  /// The name of a score: its label, or a language model's token.
  public func label(_ index: Int) -> String {
    if card.labels.indices.contains(index) { return card.labels[index] }
    return tokenizer?.piece(index) ?? "\(index)"
  }

  /// What a target is called.
  public func name(of target: Target) -> String {
    switch target {
    case .label(let index): label(index)
    case .contrast(let first, let second): "\(label(first)) rather than \(label(second))"
    }
  }

  private func place(of name: String) throws(AssayError) -> Int {
    if card.labels.isEmpty, card.scoreCount > 0 { return try token(name) }
    if let place = card.labelPlace(name) { return place }
    throw AssayError(
      .option, "target", expected: "one of \(card.labels.joined(separator: ", "))",
      found: Value.quoted(name))
  }

  private func token(_ text: String) throws(AssayError) -> Int {
    let tokenizer = try requiredTokenizer()
    let ids = try tokenizer.encode(text, addsSpecial: false).ids
    if ids.count == 1 { return ids[0] }
    if let id = tokenizer.id(text) { return id }
    let pieces = ids.map { tokenizer.piece($0) ?? "\($0)" }
    throw AssayError(
      .option, "target", expected: "a text that is one token",
      found: "\(Value.quoted(text)), which is \(pieces.joined(separator: " "))")
  }
}

extension ModelCard {
  /// Where a label stands; its case counts only where two labels differ in nothing else.
  func labelPlace(_ name: String) -> Int? {
    if let place = labels.firstIndex(of: name) { return place }
    let places = labels.indices.filter { labels[$0].lowercased() == name.lowercased() }
    return places.count == 1 ? places[0] : nil
  }
}
