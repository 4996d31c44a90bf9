// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of the project is compiled with.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Library targets also mark every unsafe expression; test macros expand into code that cannot.
let library = house + [.strictMemorySafety()]

/// Programs are no products: SwiftPM makes some of them by itself where this package is built, and where another one depends on
/// it none of their targets' names is taken.
let package = Package(
    name: "Parley",
    products: [
        .library(name: "Parley", targets: ["Parley"]),
        .library(name: "ParleySimulation", targets: ["ParleySimulation"]),
        .library(name: "ParleyCollision", targets: ["ParleyCollision"]),
        .library(name: "ParleyMetrics", targets: ["ParleyMetrics"]),
        .library(name: "ParleyFleets", targets: ["ParleyFleets"]),
        .library(name: "ParleyStore", targets: ["ParleyStore"]),
        .library(name: "ParleyPostgres", targets: ["ParleyPostgres"]),
        .library(name: "ParleyZones", targets: ["ParleyZones"]),
    ],
    dependencies: [],
    targets: [
        // Floor 1: what travels, and the system calls Swift cannot see.
        .target(name: "ParleyDatagrams", swiftSettings: library),
        // Floor 1: what stands still, and who moves among it.
        .target(
            name: "ParleyCollision", swiftSettings: library,
            // Square roots and remainders are calls of libm where the processor has none.
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "CParleySystem", cSettings: [.define("_GNU_SOURCE")]),
        // Floor 2: sockets as actors.
        .target(
            name: "ParleySockets", dependencies: ["ParleyDatagrams", "CParleySystem"],
            swiftSettings: library),
        // Floor 2: who is at the other end, and what nobody else may read.
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(
            name: "CParleySecurity", dependencies: ["COpenSSL"],
            // What the module map of COpenSSL says reaches only code that imports it as a module.
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(
            name: "ParleySecurity", dependencies: ["CParleySecurity"], swiftSettings: library),
        // Floor 2: the protocols as pure state machines.
        .target(
            name: "ParleyProtocol", dependencies: ["ParleyDatagrams"], swiftSettings: library),
        // Floor 2: who holds a character, and how it changes hands, as values.
        .target(
            name: "ParleyHandoff", dependencies: ["ParleyDatagrams"], swiftSettings: library),
        // Floor 3: what a program counts, for those who operate it.
        .target(
            name: "ParleyMetrics", dependencies: ["ParleyDatagrams", "ParleySockets"],
            swiftSettings: library),
        // Floor 3: what a program says to those who run fleets of it.
        .target(
            name: "ParleyFleets", dependencies: ["ParleyDatagrams", "ParleySockets"],
            swiftSettings: library),
        // Floor 3: one player's connection and datagrams as one session.
        .target(
            name: "ParleySessions",
            dependencies: [
                "ParleyDatagrams", "ParleyProtocol", "ParleySecurity", "ParleySockets",
            ],
            swiftSettings: library),
        // Floor 4: the world that the server holds.
        .target(
            name: "ParleyWorld",
            dependencies: [
                "ParleyCollision", "ParleyDatagrams", "ParleyProtocol", "ParleySecurity",
                "ParleySessions", "ParleySockets",
            ],
            swiftSettings: library),
        // Floor 5: what must not be lost, and exactly once.
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .target(
            name: "CParleySQLite", dependencies: ["CSQLite"],
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "ParleyStore",
            dependencies: [
                "CParleySQLite", "ParleyDatagrams", "ParleyHandoff", "ParleySecurity",
                "ParleySockets",
            ],
            swiftSettings: library),
        // Floor 5: the same in PostgreSQL, whose library is found when the program runs.
        .target(
            name: "CParleyPostgres",
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "ParleyPostgres",
            dependencies: ["CParleyPostgres", "ParleyHandoff", "ParleySockets", "ParleyStore"],
            swiftSettings: library),
        // Floor 6: one world over many servers.
        .target(
            name: "ParleyZones",
            dependencies: [
                "ParleyDatagrams", "ParleyHandoff", "ParleyMetrics", "ParleyProtocol",
                "ParleySecurity", "ParleySessions", "ParleySockets", "ParleyStore", "ParleyWorld",
            ],
            swiftSettings: library),
        // The whole house in one import.
        .target(
            name: "Parley",
            dependencies: [
                "ParleyCollision", "ParleyDatagrams", "ParleyProtocol", "ParleySecurity",
                "ParleySessions", "ParleySockets", "ParleyWorld",
            ],
            swiftSettings: library),

        // Beside the house: networks that a seed decides, and links worse than one's own.
        .target(
            name: "ParleySimulation",
            dependencies: ["ParleyDatagrams", "ParleySecurity", "ParleySockets"],
            swiftSettings: library),

        .target(
            name: "SampleSupport", dependencies: ["Parley"], path: "Samples/Support",
            swiftSettings: house),
        .target(
            name: "ArenaGame", dependencies: ["Parley"], path: "Samples/Arena/Game",
            swiftSettings: house),
        .target(
            name: "ArenaSimulation", dependencies: ["Parley", "ParleySimulation", "ArenaGame"],
            path: "Samples/Arena/Simulation", swiftSettings: house),
        .executableTarget(
            name: "arena",
            dependencies: [
                "Parley", "ParleySimulation", "ArenaGame", "ArenaSimulation", "SampleSupport",
            ],
            path: "Samples/Arena/App", swiftSettings: house),

        // PostgreSQL servers of a program's own, with standbys, for samples, tests and benchmarks.
        .target(name: "LocalPostgres", path: "Samples/Postgres", swiftSettings: house),

        .target(
            name: "RealmGame", dependencies: ["Parley", "ParleyStore", "ParleyZones"],
            path: "Samples/Realm/Game", swiftSettings: house),
        .target(
            name: "RealmSimulation",
            dependencies: [
                "Parley", "ParleySimulation", "ParleyStore", "ParleyZones", "RealmGame",
            ],
            path: "Samples/Realm/Simulation", swiftSettings: house),
        .executableTarget(
            name: "realm",
            dependencies: [
                "LocalPostgres", "Parley", "ParleyFleets", "ParleyMetrics", "ParleyPostgres",
                "ParleySimulation", "ParleyStore", "ParleyZones", "RealmGame", "RealmSimulation",
                "SampleSupport",
            ],
            path: "Samples/Realm/App", swiftSettings: house),

        .executableTarget(
            name: "hello-server", dependencies: ["Parley"], path: "Samples/Hello/Server",
            swiftSettings: house),
        .executableTarget(
            name: "hello-client", dependencies: ["Parley"], path: "Samples/Hello/Client",
            swiftSettings: house),
        .executableTarget(
            name: "hello-realm", dependencies: ["Parley", "ParleyStore", "ParleyZones"],
            path: "Samples/Hello/Realm", swiftSettings: house),
        .executableTarget(
            name: "echo", dependencies: ["Parley", "SampleSupport"], path: "Samples/Echo",
            exclude: ["README.md"], swiftSettings: house),
        .executableTarget(
            name: "chat", dependencies: ["Parley", "SampleSupport"], path: "Samples/Chat",
            exclude: ["README.md"], swiftSettings: house),

        .testTarget(
            name: "ParleyDatagramsTests",
            dependencies: ["ParleyDatagrams", "ParleySockets", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "ParleyHandoffTests",
            dependencies: [
                "ParleyHandoff", "ParleyDatagrams", "ParleySockets", "Handoffs", "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyCollisionTests", dependencies: ["ParleyCollision"], exclude: ["Maps"],
            swiftSettings: house),
        .testTarget(
            name: "ParleySocketsTests",
            dependencies: ["ParleySockets", "ParleyDatagrams", "ParleySimulation", "TestNetworks"],
            swiftSettings: house),
        .testTarget(
            name: "ParleyMetricsTests",
            dependencies: [
                "ParleyMetrics", "ParleyDatagrams", "ParleySimulation", "ParleySockets",
                "TestNetworks",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyFleetsTests",
            dependencies: [
                "ParleyFleets", "ParleyDatagrams", "ParleySimulation", "ParleySockets",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyProtocolTests",
            dependencies: [
                "ParleyProtocol", "ParleyDatagrams", "ParleySockets", "ParleySimulation",
                "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleySecurityTests",
            dependencies: ["ParleySecurity", "TestNetworks", "TestSupport", "CAllocationMeter"],
            swiftSettings: house),
        .testTarget(
            name: "ParleySessionsTests",
            dependencies: [
                "ParleySessions", "ParleySecurity", "ParleySockets", "ParleyProtocol",
                "ParleyDatagrams", "ParleySimulation", "TestNetworks", "TestSupport",
                "CAllocationMeter",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyWorldTests",
            dependencies: [
                "ParleyWorld", "ParleySecurity", "ParleySockets", "ParleyProtocol",
                "ParleySessions", "ParleyDatagrams", "ParleySimulation", "TestNetworks",
                "TestGames",
                "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyStoreTests",
            dependencies: [
                "ParleyPostgres", "ParleyStore", "ParleyHandoff", "ParleyDatagrams",
                "ParleyMetrics", "ParleySecurity", "ParleySockets", "ParleySimulation",
                "ParleyZones", "LocalPostgres", "TestNetworks",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleyZonesTests",
            dependencies: [
                "ParleyZones", "ParleyStore", "ParleyHandoff", "ParleyMetrics", "ParleyDatagrams",
                "ParleyProtocol",
                "ParleySecurity", "ParleySessions", "ParleySockets", "ParleySimulation",
                "ParleyWorld", "TestGames", "TestNetworks", "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "ParleySimulationTests",
            dependencies: [
                "ParleySimulation", "ParleyWorld", "ParleySockets", "ParleyDatagrams", "Properties",
                "parley-soak", "TestNetworks",
            ],
            swiftSettings: house),
        .testTarget(
            name: "SamplesTests",
            dependencies: [
                "Parley", "ParleyMetrics", "ParleySimulation", "ParleyStore", "ParleyZones",
                "ArenaGame", "ArenaSimulation", "RealmGame", "RealmSimulation", "LocalPostgres",
                "SampleSupport", "arena",
                "realm", "echo", "chat",
                "hello-server", "hello-client", "hello-realm", "TestNetworks", "TestSupport",
            ],
            swiftSettings: house),
        .testTarget(
            name: "PandaPeerTests",
            dependencies: [
                "Parley", "ParleyStore", "ParleyZones", "ArenaGame", "RealmGame", "TestNetworks",
            ],
            exclude: ["Peers"], swiftSettings: house),
        .testTarget(
            name: "TutorialTests",
            dependencies: [
                "Parley", "ParleySimulation", "ParleyStore", "ParleyZones", "TestNetworks",
            ],
            swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),

        // A game that tests play.
        .target(
            name: "TestGames", dependencies: ["ParleyWorld", "ParleyProtocol", "ParleyDatagrams"],
            path: "Tests/Games", swiftSettings: house),

        // Zones, world servers, a store and clients as values, and random interleavings of all they do.
        .target(
            name: "Handoffs", dependencies: ["ParleyHandoff", "ParleyDatagrams", "ParleySockets"],
            path: "Tests/Handoffs", swiftSettings: house),

        // What holds in every simulated world, and a program that tries many.
        .target(
            name: "Properties",
            dependencies: [
                "ParleySimulation", "ParleyWorld", "ParleySessions", "ParleySecurity",
                "ParleyProtocol", "ParleySockets", "ParleyDatagrams", "ArenaSimulation",
                "Handoffs", "RealmGame", "RealmSimulation", "TestGames",
            ],
            path: "Tests/Properties", swiftSettings: house),
        .executableTarget(
            name: "parley-soak", dependencies: ["Properties", "SampleSupport"], path: "Tests/Soak",
            swiftSettings: house),

        // The networks that a test can run on: the system's, and simulated ones.
        .target(
            name: "TestNetworks", dependencies: ["ParleySimulation", "ParleySockets"],
            path: "Tests/Networks", swiftSettings: house),

        // What several tests need: golden vectors, fields, a meter of allocations.
        .target(
            name: "TestSupport",
            dependencies: [
                "ParleyDatagrams", "ParleySockets", "ParleyProtocol", "ParleySecurity",
                "ParleySessions", "ParleyWorld",
            ],
            path: "Tests/Support", exclude: ["Vectors"], swiftSettings: house),
        .target(
            name: "CAllocationMeter", path: "Tests/Allocations",
            cSettings: [.define("_GNU_SOURCE")]),

        // One list of decoders to fuzz, for the tests, for parley-fuzz and for libFuzzer.
        .target(
            name: "CFuzzWatch", path: "Tests/Fuzzing/Watch", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "Fuzzing",
            dependencies: [
                "Parley", "ParleyHandoff", "ParleyMetrics", "ParleySecurity", "ParleyStore",
                "ParleyZones", "ArenaGame", "SampleSupport", "TestSupport", "CAllocationMeter",
                "CFuzzWatch",
            ],
            path: "Tests/Fuzzing", exclude: ["Watch", "Program", "LibFuzzer"],
            swiftSettings: house),
        .executableTarget(
            name: "parley-fuzz", dependencies: ["Fuzzing", "SampleSupport", "TestSupport"],
            path: "Tests/Fuzzing/Program", swiftSettings: house),
        .testTarget(
            name: "FuzzingTests", dependencies: ["Fuzzing", "TestSupport"], swiftSettings: house),

        .target(
            name: "CBenchmarkBaseline",
            dependencies: [
                "CAllocationMeter", "COpenSSL", "CParleyPostgres", "CSQLite",
            ],
            path: "Tests/Benchmarks/Baseline", cSettings: [.define("_GNU_SOURCE")]),
        .executableTarget(
            name: "parley-benchmarks",
            dependencies: [
                "LocalPostgres", "Parley", "ParleyHandoff", "ParleyPostgres", "ParleySecurity",
                "ParleySessions", "ParleySimulation",
                "ParleyStore", "ParleyZones", "RealmGame", "TestSupport", "CBenchmarkBaseline",
                "CAllocationMeter",
            ],
            path: "Tests/Benchmarks", exclude: ["Baseline", "Panda"], swiftSettings: house),
    ]
)
