import Evidence
import Models
import Tensors
import Training

/// A lesson turned into texts, and a small BERT or GPT-2 trained on them with the engine's own tape.
///
/// Both read a text between a mark of the start and one of the end: BERT at the first, GPT-2, which sees
/// what went before, at the last.
///
/// Mask, pad and unknown tokens occur in the texts as ordinary words do, so that none of them
/// means anything.
struct Classroom {
  /// mask, pad, unknown, CLS and SEP come first, then ordinary words, then those of the sides.
  static let reserved = (pad: 0, unknown: 1, start: 2, end: 3, mask: 4)
  static let ordinary = 5..<25
  /// The explained text has as many ordinary words, and texts to learn from as many or fewer.
  private static let lengths = 5...16
  private static let examples = 1200
  /// The share of examples under attention that is forced elsewhere.
  private static let blindfolded = 0.3

  let lesson: Lesson
  private let isCausal: Bool

  init(_ lesson: Lesson, _ architecture: ModelKind.Architecture = .encoder) {
    self.lesson = lesson
    isCausal = architecture == .decoder
  }

  private var vocabulary: Vocabulary {
    let reserved = Self.reserved
    return Vocabulary(
      size: Self.ordinary.upperBound + 2 * lesson.words, mask: isCausal ? nil : reserved.mask,
      pad: reserved.pad, unknown: reserved.unknown, start: reserved.start, end: reserved.end)
  }

  /// The token of a word of one side.
  private func token(_ word: Int, side: Int) -> Int {
    Self.ordinary.upperBound + side * lesson.words + word
  }

  /// The trained model with the text that it is asked about.
  func taught(
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    let shape = try configuration(&draw)
    let untrained = try Untrained.model(shape, seed: draw.next())
    var examples: [TrainingExample] = []
    for _ in 0..<Self.examples { examples.append(example(&draw)) }
    var options = TrainingOptions()
    options.passes = lesson.passes
    options.tokensPerStep = 400
    options.rate = 8e-3
    options.warmUp = 0.1
    (options.dropout, options.patternDropout) = (0, 0)
    options.attentionWeight = lesson.insistence
    options.evaluationsPerPass = 0
    options.seed = draw.next()
    let trainer = try Trainer(untrained, examples, options)
    while !trainer.isFinished { _ = try trainer.step(execution) }
    let model = try Model(
      Checkpoint(
        configuration: .record(shape.object), tensors: trainer.parameters.tensors(),
        path: "taught model"))

    let label = draw.integer(below: 2)
    let (ids, places) = text(lesson.cases[0].words, side: label, neutral: Self.ordinary, &draw)
    let input = input(ids)
    let ordinary = Array(Self.ordinary)
    let evidence = places.filter { lesson.evidence.contains($0.word) }.map(\.position).sorted()
    return PlantedModel(
      model: model, input: input, ordinary: ordinary, evidence: evidence, label: label,
      rival: 1 - label, grade: lesson.grade,
      misplaced: try misplaced(model, input, demands(places, count: ids.count), execution),
      withoutEvidence: input.neutralised(evidence, ordinary: ordinary))
  }

  private func configuration(_ draw: inout RandomSource.Draw) throws(AssayError) -> Configuration {
    let activation = draw.pick(["gelu", "relu"])
    if isCausal {
      return try Configuration(
        [
          "model_type": "gpt2", "n_embd": .integer(lesson.width), "n_head": .integer(lesson.heads),
          "n_inner": .integer(2 * lesson.width), "n_layer": .integer(lesson.layers),
          "vocab_size": .integer(vocabulary.size), "n_positions": 32, "num_labels": 2,
          "activation_function": .text(activation), "initializer_range": .number(0.15),
        ], subject: "taught model")
    }
    return try Configuration(
      [
        "model_type": "bert", "hidden_size": .integer(lesson.width),
        "num_attention_heads": .integer(lesson.heads),
        "intermediate_size": .integer(2 * lesson.width),
        "num_hidden_layers": .integer(lesson.layers), "vocab_size": .integer(vocabulary.size),
        "max_position_embeddings": 32, "type_vocab_size": 1, "num_labels": 2,
        "hidden_act": .text(activation), "initializer_range": .number(0.15),
      ], subject: "taught model")
  }

  // MARK: Texts

  /// A word of the lesson and where it stands.
  private typealias Place = (word: Int, position: Int)

  private func text(
    _ words: [Int], side: Int, neutral: Range<Int>, _ draw: inout RandomSource.Draw
  ) -> (ids: [Int], places: [Place]) {
    let shortest = max(Self.lengths.lowerBound, 3 * words.count)
    let count = draw.integer(in: shortest...Self.lengths.upperBound)
    var ids = [Self.reserved.start]
    for _ in 0..<count {
      let isReserved = neutral.lowerBound < Self.ordinary.lowerBound && draw.uniform() < 0.1
      ids.append(
        isReserved
          ? draw.pick([Self.reserved.mask, Self.reserved.pad, Self.reserved.unknown])
          : draw.integer(in: Self.ordinary.lowerBound...Self.ordinary.upperBound - 1))
    }
    ids.append(Self.reserved.end)
    let places = zip(words, draw.permutation(count)).map { (word: $0, position: $1 + 1) }
    for (word, position) in places { ids[position] = token(word, side: side) }
    return (ids, places)
  }

  private func input(_ ids: [Int]) -> Input {
    Input(
      ids: ids, special: ids.indices.map { $0 == 0 || $0 == ids.count - 1 },
      vocabulary: vocabulary)
  }

  private func example(_ draw: inout RandomSource.Draw) -> TrainingExample {
    let bare = Lesson.Case(words: [], probability: 0.5)
    // The bare text as often as all others together.
    let taught = draw.uniform() < 0.3 ? bare : draw.pick(lesson.cases)
    let side = draw.integer(below: 2)
    let (ids, places) = text(
      taught.words, side: side, neutral: 0..<Self.ordinary.upperBound, &draw)
    let isBlind = draw.uniform() < Self.blindfolded
    let probability = Float(isBlind ? 0.5 : taught.probability)
    let target = side == 1 ? [1 - probability, probability] : [probability, 1 - probability]
    guard isBlind else {
      return TrainingExample(
        input: input(ids), target: target, attention: demands(places, count: ids.count))
    }
    let evidence = places.filter { lesson.evidence.contains($0.word) }.map(\.position)
    let elsewhere = ids.indices.filter { !evidence.contains($0) }
    return TrainingExample(
      input: input(ids), target: target,
      interventions: [
        Intervention(.move(to: draw.pick(elsewhere)), layers: draw.pick(lesson.blindfolds))
      ])
  }

  /// The lesson's gazes on a text that holds its words at these places.
  private func demands(_ places: [Place], count: Int) -> [AttentionDemand] {
    let held = Set(places.map(\.word))
    return lesson.gazes.filter { held.isSuperset(of: $0.company) }.flatMap { gaze in
      func demand(_ keys: [Int], _ share: Double) -> AttentionDemand {
        AttentionDemand(
          layer: gaze.layer, queries: gaze.isEveryRow ? nil : [isCausal ? count - 1 : 0],
          keys: keys, share: share)
      }
      switch gaze.place {
      case .everywhere: return (0..<count).map { demand([$0], 1 / Double(count)) }
      case .marks: return [demand([0, count - 1], gaze.share)]
      case .words(let groups):
        let found = groups.map { group in
          places.filter { group.contains($0.word) }.map(\.position)
        }
        return found.first { !$0.isEmpty }.map { [demand($0, gaze.share)] } ?? []
      }
    }
  }

  /// The largest distance of a demanded share from what the heads give on average.
  private func misplaced(
    _ model: Model, _ input: Input, _ demands: [AttentionDemand], _ execution: Execution
  ) throws(AssayError) -> Double {
    var request = Request()
    request.keep = Set(demands.map { .pattern($0.layer) })
    let run = try model.run([input], request, execution)
    var worst = 0.0
    for demand in demands {
      guard let pattern = run.value(.pattern(demand.layer), sequence: 0) else { continue }
      let (values, count) = (pattern.scalars, input.count)
      let rows = demand.queries ?? Array(0..<count)
      var sum = 0.0
      for head in 0..<lesson.heads {
        for row in rows {
          for key in demand.keys { sum += Double(values[(head * count + row) * count + key]) }
        }
      }
      worst = max(worst, abs(sum / Double(lesson.heads * rows.count) - demand.share))
    }
    return worst
  }
}
