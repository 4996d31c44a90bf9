import Testing

/// The floors of the house: the imports that each module may have, and the code that stays below the seam.
@Suite struct FloorTests {
    /// The modules of the project that each module may import.
    static let floors: [String: Set<String>] = [
        "ParleyDatagrams": [],
        "CParleySystem": [],
        "ParleyCollision": [],
        "ParleySockets": ["ParleyDatagrams", "CParleySystem"],
        "ParleyProtocol": ["ParleyDatagrams"],
        "ParleyHandoff": ["ParleyDatagrams"],
        "COpenSSL": [],
        "CParleySecurity": ["COpenSSL"],
        "ParleySecurity": ["CParleySecurity"],
        "ParleySimulation": ["ParleyDatagrams", "ParleySecurity", "ParleySockets"],
        "ParleySessions": ["ParleyDatagrams", "ParleyProtocol", "ParleySecurity", "ParleySockets"],
        "ParleyWorld": [
            "ParleyCollision", "ParleyDatagrams", "ParleyProtocol", "ParleySecurity",
            "ParleySessions", "ParleySockets",
        ],
        "ParleyFleets": ["ParleyDatagrams", "ParleySockets"],
        "ParleyMetrics": ["ParleyDatagrams", "ParleySockets"],
        "CSQLite": [],
        "CParleySQLite": ["CSQLite"],
        "ParleyStore": [
            "CParleySQLite", "ParleyDatagrams", "ParleyHandoff", "ParleySecurity", "ParleySockets",
        ],
        "CParleyPostgres": [],
        "ParleyPostgres": ["CParleyPostgres", "ParleyHandoff", "ParleySockets", "ParleyStore"],
        "ParleyZones": [
            "ParleyDatagrams", "ParleyHandoff", "ParleyMetrics", "ParleyProtocol",
            "ParleySecurity", "ParleySessions", "ParleySockets", "ParleyStore", "ParleyWorld",
        ],
        "Parley": [
            "ParleyCollision", "ParleyDatagrams", "ParleyProtocol", "ParleySecurity",
            "ParleySessions", "ParleySockets", "ParleyWorld",
        ],
    ]

    /// The modules of the toolchain that each module may import.
    static let outsiders: [String: Set<String>] = [
        "ParleyDatagrams": ["Foundation", "Glibc", "Musl", "Darwin"],
        "ParleySockets": ["Glibc", "Musl", "Synchronization"],
        "ParleySecurity": ["Glibc", "Musl", "Synchronization"],
        "ParleySessions": ["Synchronization"],
        "ParleySimulation": ["Synchronization"],
        "ParleyPostgres": ["Synchronization"],
        "ParleyStore": ["Synchronization"],
        "ParleyWorld": ["Synchronization"],
        "ParleyZones": ["Synchronization"],
    ]

    @Test func modulesImportLowerModulesOnly() {
        for file in Repository.library {
            let allowed = Self.floors[file.module, default: []]
                .union(Self.outsiders[file.module, default: []])
            for (number, line) in file.code {
                guard let name = importedModule(line) else { continue }
                #expect(allowed.contains(name), "\(file.place(number)) imports \(name)")
            }
        }
    }

    @Test func everyModuleHasItsFloor() {
        for file in Repository.library {
            #expect(Self.floors[file.module] != nil, "\(file.module) is on no floor")
        }
    }

    @Test func samplesUseOnlyPublicProducts() {
        let allowed: Set = [
            "Parley", "ParleyFleets", "ParleyMetrics", "ParleySimulation", "ParleyStore",
            "ParleyZones",
            "SampleSupport",
            "ArenaGame",
            "ArenaSimulation", "RealmGame", "RealmSimulation", "LocalPostgres", "ParleyPostgres",
            "Glibc", "Musl", "Synchronization", "Foundation", "Dispatch",
        ]
        for file in Repository.files(in: ["Samples"], ending: ".swift") {
            for (number, line) in file.code {
                guard let name = importedModule(line) else { continue }
                #expect(allowed.contains(name), "\(file.place(number)) imports \(name)")
            }
        }
    }

    /// "public import X", "@testable import X", "import X".
    private func importedModule(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index + 1 < words.count, index < 3,
            words[..<index].allSatisfy({ $0.hasPrefix("@") || Self.levels.contains($0) })
        else { return nil }
        return String(words[index + 1])
    }

    private static let levels: Set<Substring> = ["public", "package", "internal", "private"]

    /// Time, randomness and tasks come from the caller, so that a simulation can supply them.
    @Test(arguments: [
        "ContinuousClock", "SuspendingClock", "Task.sleep", "Date()", "DispatchQueue",
        "SystemRandomNumberGenerator", ".random(in:", "DispatchSource", "Timer.",
    ])
    func nothingAboveTheSeamNamesTheSystem(word: String) {
        for file in Repository.library where !file.path.contains("ParleySockets/System/") {
            for (number, line) in file.code where line.contains(word) {
                // A generator that is handed in is the point of the rule.
                if word == ".random(in:", line.contains("using:") { continue }
                Issue.record("\(file.place(number)) uses \(word)")
            }
        }
    }

    @Test func libraryTasksHaveParents() {
        // A simulation has to end, with an error, when its body never does.
        let exception = "ParleySimulation/Simulation.swift"
        for file in Repository.library where !file.path.hasSuffix(exception) {
            for (number, line) in file.code {
                let isUnstructured = ["Task {", "Task(", "Task.detached", "Task.immediate"]
                    .contains { line.contains($0) && !line.contains("add" + $0) }
                #expect(!isUnstructured, "\(file.place(number)) starts a task without a parent")
            }
        }
    }

    @Test func everyStreamNamesItsBound() {
        for file in Repository.library {
            let lines = file.lines
            for (number, line) in file.code
            where line.contains("makeStream(") || line.contains("AsyncStream(") {
                let statement = lines[(number - 1)..<min(number + 3, lines.count)].joined()
                let isBounded =
                    statement.contains("bufferingPolicy:") || statement.contains("unfolding:")
                #expect(isBounded, "\(file.place(number)) makes a stream without a bound")
            }
        }
    }

    @Test func uncheckedCodeLivesOnTheLowestFloors() {
        for file in Repository.library
        where ["ParleySessions", "ParleyWorld"].contains(file.module) {
            for (number, line) in file.code
            where line.contains("@unchecked") || line.contains("Unsafe") {
                Issue.record("\(file.place(number)) leaves the compiler's checks")
            }
        }
    }
}
