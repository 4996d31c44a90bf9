// swift-tools-version: 6.2
import PackageDescription

/// A package that uses Parley as its users do. Tests/run builds it and runs its program.
let package = Package(
    name: "Outside",
    dependencies: [.package(name: "Parley", path: "../..")],
    targets: [
        .executableTarget(
            name: "EncryptedEcho", dependencies: [.product(name: "Parley", package: "Parley")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
