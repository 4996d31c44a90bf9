extension Workload {
    /// Packets of commands on their way to the step, beside C that copies the same bytes to where the
    /// step finds them.
    static var commands: Workload {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let child = try Child(
                    role, processor: 0, ["iterations": 2_000_000 / pace.reduction])
                defer { child.end() }
                let answer = try child.answer()
                let count = answer["count"] ?? .nan
                return answer.mapValues { $0 / count }
            }
        }
        return Workload(
            "commands", parley: side("parley-commands"), baselines: [.c(side("c-commands"))],
            rows: [
                Row(
                    name: "packet of commands, opened already, stored", figure: "storing",
                    unit: "ns", baseline: nil, target: 200),
                Row(name: "packet of commands, received", figure: "receiving", unit: "ns"),
                Row(
                    name: "command, taken and decoded", figure: "taking", unit: "ns",
                    baseline: nil),
                Row(
                    name: "packet of commands, received and taken", figure: "allocations",
                    unit: "allocations", baseline: nil, target: 0.01),
            ])
    }
}
