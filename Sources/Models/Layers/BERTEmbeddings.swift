import Autodiff
import Tensors

/// Word, position and type embeddings added and normalized, under BERT's names.
package struct BERTEmbeddings: Sendable {
  package let words: EmbeddingTable
  private let positions: EmbeddingTable?
  private let types: EmbeddingTable?
  private let tasks: EmbeddingTable?
  private let norm: NormLayer
  private let firstPosition: Int

  /// The tables stored at `cursor`.
  ///
  /// - Parameters:
  ///   - positions: the rows of the position table; 0 means that there is none.
  ///   - firstPosition: the row of the first token's position.
  ///   - types: the rows of the type table; 0 means that there is none.
  ///   - tasks: the rows of a table of tasks, of which every input has the first; 0 means that there is
  ///     none.
  package init(
    _ cursor: WeightsCursor, vocabulary: Int, positions: Int, firstPosition: Int = 0, types: Int,
    tasks: Int = 0, width: Int, epsilon: Float
  ) throws(AssayError) {
    words = try EmbeddingTable(cursor["word_embeddings"], count: vocabulary, width: width)
    self.positions =
      positions == 0
      ? nil : try EmbeddingTable(cursor["position_embeddings"], count: positions, width: width)
    self.types =
      types == 0
      ? nil : try EmbeddingTable(cursor["token_type_embeddings"], count: types, width: width)
    self.tasks =
      tasks == 0
      ? nil : try EmbeddingTable(cursor["task_type_embeddings"], count: tasks, width: width)
    norm = try NormLayer(cursor["LayerNorm"], width: width, epsilon: epsilon)
    self.firstPosition = firstPosition
  }

  package var parameters: [Parameter] {
    words.parameters + (positions?.parameters ?? []) + (types?.parameters ?? [])
      + (tasks?.parameters ?? []) + norm.parameters
  }

  /// The stream that enters block 0, a row a token; tokens alike share one where block 0 spreads them.
  package func callAsFunction(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let tokens = pass.distinctTokens
    var word = try pass.embedding { () throws(AssayError) in try words(tokens.ids, pass) }
    if let types { word = try pass.tape.apply(Add(), [word, types(tokens.types, pass)]) }
    if let tasks {
      let first = tokens.ids.map { _ in 0 }
      word = try pass.tape.apply(Add(), [word, tasks(first, pass)])
    }
    guard let positions else { return try pass.dropout(norm(word, pass)) }
    let rows = tokens.positions.map { $0 + firstPosition }
    return try pass.dropout(norm(word, adding: positions(rows, pass), pass))
  }
}
