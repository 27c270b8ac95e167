// Times what a package sees that depends on Assay: tools/measure_swift.py takes turns with it.
//
// stopwatch FORWARD-MODEL VERDICT-MODEL THREADS; then lines `forward TOKENS` or `verify TEXT` on the
// standard input, each answered by the seconds that it took.

import Assay
import Foundation

@main
struct Stopwatch {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let threads = Int(arguments[3]), threads >= 1 else {
      print("stopwatch FORWARD-MODEL VERDICT-MODEL THREADS")
      return
    }
    let encoder = try Model.load(arguments[1])
    let classifier = try Model.load(arguments[2])
    let execution = Execution(threads: threads)
    while let line = readLine() {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      let clock = ContinuousClock()
      let before = clock.now
      if words[0] == "forward" {
        let ids = (0..<(Int(words[1]) ?? 128)).map { 1000 + $0 }
        _ = try encoder.embed([ids], execution: execution)
      } else {
        _ = try classifier.verify(String(words[1]), execution: execution)
      }
      let took = (clock.now - before) / .seconds(1)
      // Not held back in a buffer: the other side waits for it.
      FileHandle.standardOutput.write(Data("\(took)\n".utf8))
    }
  }
}
