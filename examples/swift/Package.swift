// swift-tools-version: 6.1
import PackageDescription

// From another folder: .package(url: "https://…/assay", branch: "main")
let package = Package(
  name: "stranger", platforms: [.macOS(.v15)],
  dependencies: [.package(name: "assay", path: "../..")],
  targets: [
    .executableTarget(
      name: "stranger", dependencies: [.product(name: "Assay", package: "assay")])
  ])
