import Foundation

extension Workload {
    /// Encoding and decoding eight fields.
    static var codec: Workload {
        func side(_ role: String) -> (Pace) throws -> Figures {
            { pace in
                let child = try Child(
                    role, processor: 0, ["iterations": 5_000_000 / pace.reduction])
                defer { child.end() }
                let answer = try child.answer()
                let count = answer["count"] ?? .nan
                return [
                    "field": (answer["nanoseconds"] ?? .nan) / count / Codec.fields,
                    "allocations": (answer["allocations"] ?? 0) / count,
                ]
            }
        }
        return Workload(
            "codec", parley: side("parley-codec"), baselines: [.c(side("c-codec"))],
            rows: [
                Row(name: "codec time", figure: "field", unit: "ns/field"),
                Row(
                    name: "codec allocations", figure: "allocations", unit: "per datagram",
                    baseline: nil, target: 1),
            ])
    }

    /// A game server's steps with 32 players, beside a bare loop in C that has nothing else to do.
    static var ticks: Workload {
        Workload(
            "ticks",
            parley: { pace in
                let server = try Child(
                    "parley-ticks", processor: 0,
                    ["warmUp": 1_000_000_000, "duration": 5 * pace.nanoseconds])
                defer { server.end() }
                let players = try Child(
                    "parley-players", processor: 1, ["port": try server.port(), "players": 32])
                defer { players.end() }
                return try server.answer().mapValues { $0 / 1e6 }
            },
            baselines: [
                .c { pace in
                    let child = try Child(
                        "c-ticks", processor: 0,
                        ["interval": 16_666_667, "duration": 5 * pace.nanoseconds])
                    defer { child.end() }
                    return try child.answer().mapValues { $0 / 1e6 }
                }
            ],
            rows: [
                Row(
                    name: "tick jitter p99", figure: "p99", unit: "ms late", baseline: nil,
                    target: 1),
                Row(name: "tick jitter p99", figure: "p99", unit: "ms late"),
            ])
    }

    /// Heap allocations of receive → `for await` → send, each datagram answered.
    static var allocations: [Workload] {
        [
            allocations("udp-bursts", of: "parley-udp-echo") { port in
                try Child(
                    "c-udp-load", processor: 1,
                    ["port": port, "size": 200, "senders": 16, "group": 4, "interval": 1_000_000])
            },
            allocations("udp-singles", of: "parley-udp-echo") { port in
                try Child(
                    "c-udp-load", processor: 1,
                    ["port": port, "size": 200, "senders": 1, "group": 1, "interval": 100_000])
            },
            allocations("tcp-bursts", of: "parley-tcp-echo") { port in
                try Child("c-tcp-window", processor: 1, ["port": port, "size": 200, "window": 64])
            },
            allocations("tcp-singles", of: "parley-tcp-echo") { port in
                try Child("c-tcp-window", processor: 1, ["port": port, "size": 200, "window": 1])
            },
        ]
    }

    private static func allocations(
        _ kind: String, of role: String, load: @escaping (_ port: Int) throws -> Child
    ) -> Workload {
        let name = "allocations-\(kind)"
        return Workload(
            name,
            parley: { pace in
                let server = try Child(role, processor: 0)
                defer { server.end() }
                let load = try load(try server.port())
                defer { load.end() }
                _ = try load.port()
                return try server.measure(pace)
            },
            rows: [
                Row(
                    name: name, figure: "allocations", unit: "per datagram", baseline: nil,
                    target: 0)
            ])
    }
}
