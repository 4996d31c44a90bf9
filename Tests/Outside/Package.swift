// swift-tools-version: 6.2
import PackageDescription

/// A package that uses Parley as its users do. Tests/run builds it and runs its program.
let package = Package(
    name: "Outside",
    dependencies: [.package(name: "Parley", path: "../..")],
    targets: [
        .target(
            name: "ArenaGame", dependencies: [.product(name: "Parley", package: "Parley")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "EncryptedEcho",
            dependencies: ["ArenaGame", .product(name: "Parley", package: "Parley")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
