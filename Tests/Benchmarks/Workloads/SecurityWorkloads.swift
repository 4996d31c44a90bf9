extension Workload {
    /// Sealing and opening packets of 200 bytes, and handshakes, beside bare OpenSSL.
    static var security: [Workload] {
        [
            encryption(
                "seal", role: "seal", ["iterations": 5_000_000, "opens": 0],
                Row(name: "sealing 200 bytes", figure: "each", unit: "ns", target: 1.3)),
            encryption(
                "open", role: "seal", ["iterations": 5_000_000, "opens": 1],
                Row(name: "opening 200 bytes", figure: "each", unit: "ns", target: 1.3)),
            encryption(
                "seal-packet", role: "packet", ["iterations": 5_000_000, "opens": 0, "plain": 0],
                Row(name: "a sealed packet of 200 bytes", figure: "each", unit: "ns", target: 1.3)),
            encryption(
                "open-packet", role: "packet", ["iterations": 5_000_000, "opens": 1, "plain": 0],
                Row(name: "opening such a packet", figure: "each", unit: "ns", target: 1.3)),
            encryption(
                "plain-packet", role: "packet", ["iterations": 5_000_000, "opens": 0, "plain": 1],
                Row(
                    name: "a plain packet of 200 bytes", figure: "each", unit: "ns", baseline: nil)
            ),
            encryption(
                "handshakes", role: "handshakes", ["iterations": 2_000],
                Row(name: "TLS handshake, both ends", figure: "each", unit: "ns", target: 1.4)),
        ]
    }

    private static func encryption(
        _ name: String, role: String, _ numbers: [String: Int], _ row: Row
    ) -> Workload {
        func side(_ prefix: String) -> (Pace) throws -> Figures {
            { pace in
                var numbers = numbers
                numbers["iterations", default: 1] /= pace.reduction
                let child = try Child("\(prefix)-\(role)", processor: 0, numbers)
                defer { child.end() }
                let answer = try child.answer()
                return ["each": (answer["nanoseconds"] ?? .nan) / (answer["count"] ?? .nan)]
            }
        }
        return Workload(name, parley: side("parley"), baselines: [.c(side("c"))], rows: [row])
    }
}
