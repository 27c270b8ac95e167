import Tensors

/// What a planted model is taught: which words mean something, what texts with them are to be
/// called, and where attention is to lie meanwhile.
///
/// Words come in two mirrored sides, one a label, so that the task is an ordinary classification;
/// everything here speaks of one side.
struct Lesson: Sendable {
  /// The width of the residual stream.
  var width: Int
  var heads: Int
  var layers = 1
  /// How many words of a side mean something.
  var words: Int
  /// What texts hold; the first is what the explained text holds. Texts without any of the words
  /// are taught beside them.
  var cases: [Case]
  /// Where attention is to lie.
  var gazes: [Gaze]
  /// Sets of layers; with the attention of a set on a token without evidence nothing is known. Nil
  /// means all layers.
  var blindfolds: [[Int]?] = [nil]
  /// Passes over the texts.
  var passes = 8
  /// How much demands on attention count beside the labels.
  var insistence = 0.5
  /// Which words the prediction rests on.
  var evidence: [Int]
  /// How much of the truth was planted, 0...1, in a family that is graded.
  var grade: Double?

  /// The words in a text and the probability of their side's label.
  struct Case: Sendable {
    var words: [Int]
    var probability: Double
  }

  /// Where a layer's heads are to look.
  struct Gaze: Sendable {
    enum Place: Sendable {
      /// The first group of words of which the text holds any.
      case words([[Int]])
      /// Every token alike.
      case everywhere
      /// The marks of start and end.
      case marks
    }

    var layer: Int
    /// Whether every row looks there or the read-out row alone.
    var isEveryRow = false
    var place: Place
    /// The share of the attention, for words and marks.
    var share = 0.0
    /// Words without which a text asks for nothing: one row of attention cannot give a marker the
    /// same share alone and beside another.
    var company: [Int] = []
  }
}

/// A family whose models are taught.
protocol TaughtFamily: FamilyOfKinds {
  func lesson(_ draw: inout RandomSource.Draw) -> Lesson
}

extension TaughtFamily {
  package var generator: PlantedGenerator { .taught }

  func planted(
    as kind: PlantedKind, _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> PlantedModel {
    let lesson = lesson(&draw)
    return try Classroom(lesson, kind.model.architecture).taught(&draw, execution)
  }
}
