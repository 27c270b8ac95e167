import Models
import Tensors
import Testing
import Training

@testable import Studies

/// Oracle: the definition of the deceptive twin (Pruthi et al. 2020, section 4): attention off the
/// words that decide, accuracy kept.
@Suite struct DeceptionTests {
  @Test func theDeceptiveTwinKeepsItsAccuracyAndHidesWhereItLooks() throws {
    let task = DeceptionTask(seed: 1)
    let execution = Execution(threads: 2)
    let twins = try DeceptiveTwins(
      DeceptionTask.configuration(), examples: task.examples(600, part: "training"),
      validation: task.examples(100, part: "validation"), options: task.options(),
      penalty: DeceptionTask.penalty, execution)
    let test = task.examples(100, part: "test")

    func accuracy(_ model: Model) throws -> Double {
      let found = try model.predict(test.map(\.input), execution: execution).probabilities
      return Double(zip(found, test).count { ($0[1] > $0[0]) == ($1.target[1] > 0.5) })
        / Double(test.count)
    }
    func hidden(_ model: Model) throws -> Double {
      var total = 0.0
      for example in test {
        let pattern = try model.attention(example.input, execution: execution)[1]
        let (heads, n) = (pattern.shape[0], example.input.count)
        let numbers = pattern.scalars
        for head in 0..<heads {
          for key in 1...task.words { total += Double(numbers[head * n * n + key]) / Double(heads) }
        }
      }
      return total / Double(test.count)
    }
    #expect(try accuracy(twins.honest) >= 0.97)
    #expect(try accuracy(twins.deceptive) >= 0.97)
    #expect(try hidden(twins.deceptive) < 0.05)
    #expect(try hidden(twins.honest) > 0.2)
  }

  @Test func examplesWithholdEveryWordBeforeTheFiller() throws {
    let task = DeceptionTask(words: 3, filler: 2, seed: 5)
    let examples = task.examples(20, part: "a")
    #expect(examples.allSatisfy { $0.withheld == [0, 1, 2] && $0.input.count == 7 })
    #expect(examples.map(\.input) == task.examples(20, part: "a").map(\.input))
    #expect(examples.map(\.input) != task.examples(20, part: "b").map(\.input))
  }
}
