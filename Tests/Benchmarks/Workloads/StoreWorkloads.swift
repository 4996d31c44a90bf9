import LocalPostgres

extension Workload {
    /// Grants and checkpoints of a store in a file, beside bare statements of the same kind.
    static var stores: [Workload] {
        [
            writes(
                "grants-alone", role: "grants", ["iterations": 2_000, "together": 1, "size": 256],
                Row(
                    name: "a handoff, alone", figure: "rate", unit: "/s", isBetterWhen: .higher,
                    target: 0.5)),
            writes(
                "grants-together", role: "grants",
                ["iterations": 64_000, "together": 64, "size": 256],
                Row(
                    name: "handoffs, 64 at a time", figure: "rate", unit: "/s",
                    isBetterWhen: .higher, target: 0.5)),
            writes(
                "grants-2k", role: "grants",
                ["iterations": 32_000, "together": 64, "size": 2_048],
                Row(
                    name: "handoffs of 2 KiB, 64 at a time", figure: "rate", unit: "/s",
                    isBetterWhen: .higher, target: 0.5)),
            writes(
                "grants-8k", role: "grants",
                ["iterations": 16_000, "together": 64, "size": 8_192],
                Row(
                    name: "handoffs of 8 KiB, 64 at a time", figure: "rate", unit: "/s",
                    isBetterWhen: .higher, target: 0.5)),
            writes(
                "checkpoints", role: "checkpoints", ["iterations": 50, "characters": 1_000],
                Row(
                    name: "checkpoints of 1,000 × 2 KiB", figure: "rate", unit: "/s",
                    isBetterWhen: .higher, target: 0.5)),
        ]
    }

    /// Handoffs in a PostgreSQL of the suite's own, on any processor; none where that is not installed.
    static var postgresStores: [Workload] {
        guard PostgresServer.isInstalled else {
            Suite.complain(
                "handoffs in PostgreSQL are left out: it is not installed (Debian: apt-get install postgresql)"
            )
            return []
        }
        return [("alone", 0), ("with a synchronous standby", 1)].map { name, standby in
            writes(
                standby == 0 ? "postgres-alone" : "postgres-standby", role: "postgres-grants",
                ["iterations": 4_000, "together": 64, "size": 2_048, "standby": standby],
                Row(
                    name: "handoffs of 2 KiB, 64 at a time, PostgreSQL \(name)", figure: "rate",
                    unit: "/s", isBetterWhen: .higher, target: 0.5), processor: -1)
        }
    }

    private static func writes(
        _ name: String, role: String, _ numbers: [String: Int], _ row: Row, processor: Int = 0
    ) -> Workload {
        func side(_ prefix: String) -> (Pace) throws -> Figures {
            { pace in
                var numbers = numbers
                let least = numbers["together", default: 1]
                numbers["iterations"] = max(
                    least, numbers["iterations", default: 1] / pace.reduction)
                let child = try Child("\(prefix)-\(role)", processor: processor, numbers)
                defer { child.end() }
                let answer = try child.answer()
                return [
                    "rate": (answer["count"] ?? .nan) / ((answer["nanoseconds"] ?? .nan) / 1e9)
                ]
            }
        }
        return Workload(name, parley: side("parley"), baselines: [.c(side("c"))], rows: [row])
    }
}
