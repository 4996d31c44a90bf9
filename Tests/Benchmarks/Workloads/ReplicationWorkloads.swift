extension Workload {
    /// Snapshots: the cost of making them, and their length.
    static var replication: [Workload] {
        [crowd, cubes, lateJoin]
    }

    private static func figures(
        _ role: String, _ arguments: @escaping (Pace) -> [String: Int]
    ) -> (Pace) throws -> Figures {
        { pace in
            let child = try Child(role, processor: 0, arguments(pace))
            defer { child.end() }
            return try child.answer().mapValues { $0 / Replication.parts }
        }
    }

    private static var crowd: Workload {
        let rounds = { (pace: Pace) in ["rounds": 20 + 600 / pace.reduction] }
        return Workload(
            "replication", parley: figures("parley-replication", rounds),
            baselines: [.c(figures("c-replication", rounds))],
            rows: [
                Row(
                    name: "replication quantise", figure: "quantise", unit: "ns/entity",
                    baseline: nil),
                Row(
                    name: "replication quantise + write", figure: "pair",
                    unit: "ns/entity, client", baseline: nil, target: 25),
                Row(
                    name: "replication quantise + write", figure: "pair",
                    unit: "ns/entity, client"),
                Row(
                    name: "replication acknowledge", figure: "acknowledge",
                    unit: "ns/entity, client", baseline: nil),
                Row(
                    name: "replication of a walker", figure: "bytes", unit: "bytes",
                    baseline: nil, target: 7),
            ])
    }

    private static var cubes: Workload {
        Workload(
            "replication-cubes",
            parley: figures("parley-cubes") { ["seconds": $0.reduction > 1 ? 4 : 60] },
            rows: [
                Row(
                    name: "replication of 901 cubes", figure: "kilobits", unit: "kbit/s",
                    baseline: nil, target: 256),
                Row(
                    name: "replication of a moving cube", figure: "bytes", unit: "bytes",
                    baseline: nil, target: 7),
            ])
    }

    private static var lateJoin: Workload {
        Workload(
            "replication-late-join", parley: figures("parley-late-join") { _ in [:] },
            rows: [
                Row(
                    name: "late join into 5,000 entities", figure: "seconds", unit: "s",
                    baseline: nil, target: 1),
                Row(
                    name: "late join, longest packet", figure: "longest", unit: "bytes",
                    baseline: nil, target: 1200),
            ])
    }
}
