import Tensors
import Values

/// What is put around the tokens of a text or a pair, as a `tokenizer.json` says.
enum PostProcessor: Sendable {
  /// Special tokens and texts in order.
  case template(single: [Item], pair: [Item])
  /// Byte-level spaces do not count as a token's place.
  case trim(addsSpace: Bool)
  case sequence([PostProcessor])

  /// One element of a template.
  enum Item: Sendable {
    case special(ids: [Int], type: Int)
    case text(number: Int, type: Int)
  }

  private static let known = [
    "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence",
  ]

  /// - Throws: `unsupported` for a type that is not listed above, `checkpoint` for broken fields.
  init(_ part: Part) throws(AssayError) {
    switch try part.type() {
    case "TemplateProcessing":
      let tokens = try part.part("special_tokens")
      self = .template(
        single: try Self.items(part, "single", tokens), pair: try Self.items(part, "pair", tokens))
    case "BertProcessing":
      let (start, end) = (try Self.named(part, "cls"), try Self.named(part, "sep"))
      self = .template(
        single: [
          .special(ids: [start], type: 0), .text(number: 0, type: 0), .special(ids: [end], type: 0),
        ],
        pair: [
          .special(ids: [start], type: 0), .text(number: 0, type: 0), .special(ids: [end], type: 0),
          .text(number: 1, type: 1), .special(ids: [end], type: 1),
        ])
    case "RobertaProcessing":
      let (start, end) = (try Self.named(part, "cls"), try Self.named(part, "sep"))
      let template = PostProcessor.template(
        single: [
          .special(ids: [start], type: 0), .text(number: 0, type: 0), .special(ids: [end], type: 0),
        ],
        pair: [
          .special(ids: [start], type: 0), .text(number: 0, type: 0),
          .special(ids: [end, end], type: 0), .text(number: 1, type: 0),
          .special(ids: [end], type: 0),
        ])
      let trims = try part.flag("trim_offsets", default: true)
      let adds = try part.flag("add_prefix_space", default: true)
      self = trims ? .sequence([.trim(addsSpace: adds), template]) : template
    case "ByteLevel":
      let adds = try part.flag("add_prefix_space", default: true)
      self =
        try part.flag("trim_offsets", default: true) ? .trim(addsSpace: adds) : .sequence([])
    case "Sequence":
      var steps: [PostProcessor] = []
      for step in try part.parts("processors") { steps.append(try PostProcessor(step)) }
      self = .sequence(steps)
    default: throw try part.unknown("a post-processor", known: Self.known)
    }
  }

  /// A token given as `[spelling, id]`.
  private static func named(_ part: Part, _ name: String) throws(AssayError) -> Int {
    let pair = try part.list(name)
    guard pair.count == 2, let id = pair[1].integerValue, (0..<1 << 31).contains(id) else {
      throw part.wrong(name, "a token and its id")
    }
    return id
  }

  private static func items(
    _ part: Part, _ name: String, _ tokens: Part?
  ) throws(AssayError) -> [Item] {
    var items: [Item] = []
    for item in try part.parts(name) {
      if let special = try item.part("SpecialToken") {
        let token = try special.text("id")
        guard let found = try tokens?.part(token) else {
          throw special.wrong("id", "a token of special_tokens")
        }
        guard let ids = found.members["ids"]?.integersValue,
          ids.allSatisfy({ (0..<1 << 31).contains($0) })
        else { throw found.wrong("ids", "tokens' ids") }
        items.append(.special(ids: ids, type: try special.id("type_id")))
      } else if let sequence = try item.part("Sequence") {
        let which = try sequence.text("id")
        guard which == "A" || which == "B" else { throw sequence.wrong("id", "A or B") }
        items.append(.text(number: which == "A" ? 0 : 1, type: try sequence.id("type_id")))
      } else {
        throw Part.refused(item.subject, "a SpecialToken or a Sequence", "neither")
      }
    }
    return items
  }

  /// Moves the places of tokens that begin or end in spaces.
  /// - Parameter spelling: the letters of the token at a position.
  func trim(_ encoding: inout Encoding, _ spelling: (Int) -> [Unicode.Scalar]) {
    switch self {
    case .template: return
    case .sequence(let steps):
      for step in steps { step.trim(&encoding, spelling) }
    case .trim(let addsSpace):
      func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == ByteLetters.space || scalar.isSpace
      }
      for index in encoding.ids.indices {
        let letters = spelling(index)
        var leading = letters.prefix(while: isSpace).count
        let trailing = letters.reversed().prefix(while: isSpace).count
        var (start, end) = (encoding.offsets[index].lowerBound, encoding.offsets[index].upperBound)
        if leading > 0 {
          // The space that was put in front of the text has no place to leave out; where there are
          // more, none was put.
          if addsSpace, leading == 1, index == 0 || start == 0 { leading = 0 }
          start = min(start + leading, end)
        }
        if trailing > 0, end >= trailing { end = max(end - trailing, start) }
        encoding.offsets[index] = start..<end
      }
    }
  }

  /// The template, if there is one.
  func items(isPair: Bool) -> [Item]? {
    switch self {
    case .template(let single, let pair): return isPair ? pair : single
    case .trim: return nil
    case .sequence(let steps):
      for step in steps {
        if let items = step.items(isPair: isPair) { return items }
      }
      return nil
    }
  }
}
