extension Workload {
    /// Rays and moves in a level of 10,000 triangles, beside the same tree and method in C.
    static var collisions: [Workload] {
        [
            collision("rays", iterations: 1_000_000, row: "ray in 10,000 triangles"),
            collision("moves", iterations: 400_000, row: "capsule's move in 10,000 triangles"),
        ]
    }

    private static func collision(_ kind: String, iterations: Int, row: String) -> Workload {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let child = try Child(
                    role, processor: 0, ["iterations": iterations / pace.reduction])
                defer { child.end() }
                let answer = try child.answer()
                return ["each": (answer["nanoseconds"] ?? .nan) / (answer["count"] ?? .nan)]
            }
        }
        return Workload(
            "collision-\(kind)", parley: side("parley-\(kind)"),
            baselines: [.c(side("c-\(kind)"))],
            rows: [Row(name: row, figure: "each", unit: "ns", target: 1.5)])
    }
}
