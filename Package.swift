// swift-tools-version: 6.1
import PackageDescription

/// Whether each kernel target may be compiled for an instruction set of its own, which takes flags that
/// SwiftPM calls unsafe. It refuses them in a package that is required by version; in a root package,
/// one at a path, and one that is required by branch or revision it takes them. Without them the
/// kernels are the baseline's, a third as fast; `InstructionSet.active` says which run.
/// ASSAY_KERNELS=vector or baseline says it in words, where the guess is wrong.
let takesFlags: Bool =
  switch Context.environment["ASSAY_KERNELS"] {
  case "vector": true
  case "baseline": false
  default:
    Context.gitInformation?.currentTag == nil
      || Context.packageDirectory.split(separator: "/").dropLast().last != "checkouts"
  }

/// setup.py sets this variable; without it the engine builds and tests with no Python present.
let buildsPythonModule = Context.environment["ASSAY_PYTHON"] != nil

/// Kernel targets compile the same sources for one instruction set each. They are always
/// `-Ounchecked`: debug tests would otherwise be a thousand times slower.
func kernelSettings(_ architecture: [String], defines: [String]) -> [SwiftSetting] {
  let defined = defines.map { SwiftSetting.define($0) }
  guard takesFlags else { return defined }
  let architecture = architecture.flatMap { ["-Xcc", $0] }
  // With `-num-threads` the compiler writes the one object per source file that SwiftPM expects.
  let optimised = ["-Ounchecked", "-wmo", "-num-threads", "1"]
  return defined + [.unsafeFlags(optimised + architecture)]
}

struct VectorKernels {
  let name: String
  let architecture: [String]
  let defines: [String]
}

#if arch(x86_64)
  let vectorKernels: [VectorKernels] =
    !takesFlags
    ? []
    : [
      VectorKernels(
        name: "KernelsV3", architecture: ["-march=x86-64-v3"], defines: ["KERNELS_V3"]),
      VectorKernels(
        name: "KernelsV4", architecture: ["-march=x86-64-v4"], defines: ["KERNELS_V4"]),
      // Products alone: everything else of a bfloat16 model runs on V4.
      VectorKernels(
        name: "KernelsV4BFloat16", architecture: ["-march=x86-64-v4", "-mavx512bf16"],
        defines: ["KERNELS_V4", "KERNELS_BFLOAT16"]),
    ]
#else
  let vectorKernels: [VectorKernels] = []
#endif

func kernelTarget(_ name: String, _ settings: [SwiftSetting]) -> Target {
  .target(name: name, dependencies: ["CPUFeatures"], swiftSettings: settings)
}

let kernelTargets: [Target] =
  [kernelTarget("KernelsBase", kernelSettings([], defines: ["KERNELS_BASE"]))]
  + vectorKernels.map {
    kernelTarget($0.name, kernelSettings($0.architecture, defines: $0.defines))
  }

/// The engine's modules in dependency order: a module may import only what stands before it.
let line: [String] = [
  "Kernels", "Tensors", "Values", "Autodiff", "Models", "Training", "Attribution", "Evidence",
  "Studies",
]

func dependencies(of module: String) -> [Target.Dependency] {
  let earlier = line.prefix { $0 != module }.map { Target.Dependency(stringLiteral: $0) }
  return module == "Kernels"
    ? ["CPUFeatures", "KernelsBase"] + vectorKernels.map { .init(stringLiteral: $0.name) }
    : earlier
}

/// Tells Kernels whether there are flavours to choose from.
func engineSettings(_ module: String) -> [SwiftSetting] {
  module == "Kernels" && !vectorKernels.isEmpty ? [.define("VECTOR_KERNELS")] : []
}

let engineTargets: [Target] = line.map {
  .target(name: $0, dependencies: dependencies(of: $0), swiftSettings: engineSettings($0))
}

/// The AVX-512 sources compiled for AVX2, so that processors without AVX-512 test them too.
let narrowKernels: [Target] =
  vectorKernels.isEmpty
  ? []
  : [
    ("KernelsV4Narrow", ["KERNELS_V4"]),
    ("KernelsBFloat16Narrow", ["KERNELS_V4", "KERNELS_BFLOAT16"]),
  ].map { name, defines in
    .target(
      name: name, dependencies: ["CPUFeatures"], path: "Tests/\(name)",
      swiftSettings: kernelSettings(["-march=x86-64-v3"], defines: defines))
  }

func testDependencies(of module: String) -> [Target.Dependency] {
  let hasNarrow = module == "Kernels" && !vectorKernels.isEmpty
  let runsModels = line.drop { $0 != "Models" }.contains(module)
  return dependencies(of: module) + [.init(stringLiteral: module), "TestSupport"]
    + (hasNarrow ? ["KernelsV4Narrow", "KernelsBFloat16Narrow"] : [])
    + (runsModels ? ["ModelSupport"] : [])
}

let testTargets: [Target] = line.map {
  .testTarget(
    name: "\($0)Tests", dependencies: testDependencies(of: $0), path: "Tests/\($0)Tests",
    swiftSettings: engineSettings($0))
}

let pythonTargets: [Target] =
  buildsPythonModule
  ? [
    .systemLibrary(
      name: "CPython", path: "CPythonShim/system", pkgConfig: "python3",
      providers: [.apt(["python3-dev"])]),
    .target(
      name: "CPythonShim", dependencies: ["CPython", "CABI", "Exports"], path: "CPythonShim",
      exclude: ["system"], publicHeadersPath: "include",
      cSettings: [.define("Py_LIMITED_API", to: "0x030B0000")]),
  ] : []

/// Set by whoever measures: the benchmarks use `package` declarations, so they are built here.
let benchmarkTargets: [Target] =
  Context.environment["ASSAY_BENCHMARKS"] != nil
  ? [
    .executableTarget(
      name: "KernelBenchmark", dependencies: ["Kernels"], path: "benchmarks/Kernels",
      swiftSettings: [.unsafeFlags(["-Xcc", "-march=native"])])
  ] : []

/// Developer's tools; an installed package has no use for them.
let toolTargets: [Target] =
  buildsPythonModule
  ? []
  : [
    .executableTarget(
      name: "assay-train-demo",
      dependencies: line.prefix { $0 != "Attribution" }.map { .init(stringLiteral: $0) },
      path: "Sources/TrainDemo")
  ]

let package = Package(
  name: "assay",
  // What mutual exclusion without a lock of the system's needs (Synchronization).
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [.library(name: "Assay", targets: ["Assay"])]
    + (buildsPythonModule
      ? [.library(name: "_native", type: .dynamic, targets: ["CPythonShim", "Exports"])] : []),
  targets: [.target(name: "CPUFeatures")] + kernelTargets + engineTargets + [
    // Beside the line: Python brings its own tokenizers, so the module for it goes without.
    .target(name: "Tokenization", dependencies: ["Tensors", "Values", "Models"]),
    .target(name: "Assay", dependencies: line.map { .init(stringLiteral: $0) } + ["Tokenization"]),
    .target(name: "CABI"),
    .target(
      name: "Exports", dependencies: ["CABI"] + line.map { .init(stringLiteral: $0) }),
    .target(
      name: "ModelSupport",
      dependencies: line.prefix { $0 != "Training" }.map { .init(stringLiteral: $0) },
      path: "Tests/ModelSupport"),
    .target(name: "TestSupport", dependencies: ["Kernels", "Tensors"], path: "Tests/Support"),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Tokenization", "Models", "Tensors", "Values"],
      exclude: ["Cases"]),
    // What a stranger sees: the umbrella and nothing else.
    .testTarget(name: "AssayTests", dependencies: ["Assay"], exclude: ["Python"]),
    .testTarget(name: "ExportsTests", dependencies: ["CABI", "Exports", "TestSupport"]),
  ] + narrowKernels + testTargets + pythonTargets + toolTargets + benchmarkTargets,
  swiftLanguageModes: [.v6]
)
