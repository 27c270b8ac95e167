import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the command line asks for.
struct Arguments {
  let examples: String
  let folder: String
  var seed: UInt64 = 0
  var threads = 2
  var state: String?

  init(_ arguments: [String]) throws(AssayError) {
    var plain: [String] = []
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        plain.append(argument)
        continue
      }
      let value = rest.popFirst() ?? ""
      switch argument {
      case "--seed": seed = try Self.number(value, argument)
      case "--threads": threads = Int(try Self.number(value, argument) as UInt32)
      case "--state": state = value
      default:
        throw AssayError(
          .option, argument, expected: "--seed, --threads or --state", found: argument)
      }
    }
    guard plain.count == 2, threads > 0 else {
      throw AssayError(
        .option, "arguments", expected: "EXAMPLES FOLDER [--seed N] [--threads N] [--state FILE]",
        found: plain.joined(separator: " "))
    }
    (examples, folder) = (plain[0], plain[1])
  }

  private static func number<N: FixedWidthInteger>(
    _ text: String, _ option: String
  ) throws(AssayError) -> N {
    if let value = N(text) { return value }
    throw AssayError(.option, option, expected: "a whole number", found: "\"\(text)\"")
  }
}

/// Whether a file can be read.
func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

/// Prints a line at once, also into a pipe.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

/// Ends the process with status 1.
func exitWithFailure() -> Never { exit(1) }
