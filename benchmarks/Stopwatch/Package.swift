// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "stopwatch", platforms: [.macOS(.v15)],
  dependencies: [.package(name: "assay", path: "../..")],
  targets: [
    .executableTarget(
      name: "stopwatch", dependencies: [.product(name: "Assay", package: "assay")])
  ])
