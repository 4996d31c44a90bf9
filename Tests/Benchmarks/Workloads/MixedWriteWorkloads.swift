import LocalPostgres

extension Workload {
    /// Commits of handoffs while 1,000 checkpoints a second are written, in each store that this machine has.
    static var mixedWrites: [Workload] {
        let file = mixedWrites("checkpoints-beside-crossings", "SQLite", [:])
        guard PostgresServer.isInstalled else {
            Suite.complain(
                "checkpoints beside crossings in PostgreSQL are left out: it is not installed (Debian: apt-get install postgresql)"
            )
            return [file]
        }
        return [
            file,
            mixedWrites(
                "checkpoints-beside-crossings-postgres", "PostgreSQL alone", ["postgres": 1]),
            mixedWrites(
                "checkpoints-beside-crossings-standby", "PostgreSQL with a synchronous standby",
                ["postgres": 1, "standby": 1]),
        ]
    }

    /// A hundred handoffs of 2 KiB a second, beside the same without checkpoints.
    private static func mixedWrites(
        _ name: String, _ store: String, _ numbers: [String: Int]
    ) -> Workload {
        func side(checkpoints: Int) -> (Pace) throws -> Figures {
            { pace in
                var numbers = numbers
                numbers["checkpoints"] = checkpoints / pace.reduction
                numbers["rate"] = 100
                numbers["nanoseconds"] = 10 * pace.nanoseconds
                let child = try Child(
                    "mixed-writes", processor: numbers["postgres"] == 1 ? -1 : 0, numbers)
                defer { child.end() }
                return try child.answer(within: 300).mapValues { $0 / 1e6 }
            }
        }
        func commits(
            _ what: String, _ figure: String, baseline: String? = nil, target: Double? = nil
        ) -> Row {
            Row(
                name: "a commit beside 1,000 checkpoints/s, \(store), \(what)", figure: figure,
                unit: "ms", baseline: baseline, target: target)
        }
        return Workload(
            name, parley: side(checkpoints: 1_000),
            baselines: [Side(name: "none", run: side(checkpoints: 0))],
            rows: [
                commits("p50", "p50"), commits("p99", "p99", target: 100),
                commits("p99", "p99", baseline: "none"), commits("longest", "worst"),
                Row(
                    name: "1,000 checkpoints beside crossings, \(store), p50",
                    figure: "checkpoint", unit: "ms", baseline: nil),
            ])
    }

    /// A world server's look at all characters of a realm, in each store that this machine has.
    static var surveys: [Workload] {
        func survey(_ name: String, _ store: String, _ numbers: [String: Int]) -> Workload {
            Workload(
                name,
                parley: { pace in
                    let count = 20_000 / pace.reduction
                    let child = try Child(
                        "surveys", processor: numbers["postgres"] == 1 ? -1 : 0,
                        numbers.merging(["characters": count]) { $1 })
                    defer { child.end() }
                    let time = try child.answer(within: 300)["nanoseconds"] ?? .nan
                    return ["survey": time / Double(count) * 1_000 / 1e6]
                },
                rows: [
                    Row(
                        name: "a survey, \(store)", figure: "survey",
                        unit: "ms/1,000 characters", baseline: nil)
                ])
        }
        let file = survey("survey", "SQLite", [:])
        guard PostgresServer.isInstalled else { return [file] }
        return [file, survey("survey-postgres", "PostgreSQL", ["postgres": 1])]
    }
}
