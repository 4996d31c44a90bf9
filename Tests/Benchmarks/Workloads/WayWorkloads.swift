import CBenchmarkBaseline
import Foundation

extension Workload {
    private static let watchers = 50

    /// Where UDP is blocked, comes and goes, or has another address each second.
    static var badWays: [Workload] { [deadUDP, flappingUDP, tunnelled, amplification] }

    /// A server, a relay and players who have played for a while.
    private static func relayed(
        _ pace: Pace, _ body: (_ relay: Child, _ players: Child) throws -> Figures
    ) throws -> Figures {
        let server = try steerServer()
        defer { server.end() }
        let port = try server.port()
        let relay = try Child("relay", processor: 1, ["port": port])
        defer { relay.end() }
        _ = try relay.port()
        let players = try Child(
            "parley-watchers", processor: 1, ["port": port, "host": 2, "players": watchers])
        defer { players.end() }
        _ = try players.port()
        Thread.sleep(forTimeInterval: pace.duration)
        return try body(relay, players)
    }

    private static func steerServer() throws -> Child {
        try Child(
            "parley-ticks", processor: 0,
            ["sealed": 1, "warmUp": 3_600_000_000_000, "duration": 0])
    }

    private static func own(
        _ name: String, _ figure: String, _ unit: String, _ target: Double? = nil
    ) -> Row {
        Row(name: name, figure: figure, unit: unit, baseline: nil, target: target)
    }

    /// How long it takes until the next snapshot comes through the tunnel.
    private static var deadUDP: Workload {
        Workload(
            "udp-dies",
            parley: { pace in
                try relayed(pace) { relay, players in
                    let death = try relay.order("relay", Int64(BENCH_RELAY_BLOCKS))
                    Thread.sleep(forTimeInterval: 1.5)
                    let times = try players.order("silences", Int64(death["at"] ?? 0))
                    return times.mapValues { $0 / 1e6 }
                }
            },
            rows: [
                own("UDP dies, next snapshot p50", "p50", "ms"),
                own("UDP dies, next snapshot p99", "p99", "ms", 1_000),
            ])
    }

    /// How often the way changes while UDP comes and goes.
    private static var flappingUDP: Workload {
        Workload(
            "udp-flaps",
            parley: { pace in
                try relayed(pace) { relay, _ in
                    _ = try relay.order("relay", Int64(BENCH_RELAY_FLAPS))
                    let span = pace.reduction == 1 ? 18.0 : 0.5
                    Thread.sleep(forTimeInterval: span)
                    let figures = try relay.order("report")
                    let clients = figures["flows"] ?? .nan
                    return [
                        "mean": (figures["switches"] ?? .nan) / clients / span * 10,
                        "most": (figures["mostSwitches"] ?? .nan) / span * 10,
                    ]
                }
            },
            rows: [
                own("UDP flaps each 3 s, changes of way", "mean", "in 10 s"),
                own("UDP flaps each 3 s, most of a client", "most", "in 10 s", 1),
            ])
    }

    /// The age of snapshots where all goes through the tunnel, over a link that loses.
    private static var tunnelled: Workload {
        Workload(
            "tunnel",
            parley: { pace in
                let server = try steerServer()
                defer { server.end() }
                let players = try Child(
                    "parley-watchers", processor: 1,
                    [
                        "port": try server.port(), "host": 1, "players": 10, "blocked": 1,
                        "latency": 40_000_000, "loss": 10,
                    ])
                defer { players.end() }
                _ = try players.port()
                // Until each end has found that UDP is blocked.
                Thread.sleep(forTimeInterval: 1.2)
                let begin = bench_now()
                Thread.sleep(forTimeInterval: pace.reduction == 1 ? 10 : 0.3)
                return try players.order("ages", begin).mapValues { $0 / 1e6 }
            },
            rows: [
                own("age in the tunnel, 80 ms, 1 % loss, p50", "p50", "ms"),
                own("age in the tunnel, 80 ms, 1 % loss, p95", "p95", "ms", 250),
                own("age in the tunnel, 80 ms, 1 % loss, p99", "p99", "ms"),
            ])
    }

    /// Bytes to addresses that have answered nothing, for each byte from there.
    private static var amplification: Workload {
        Workload(
            "amplification",
            parley: { pace in
                try relayed(pace) { relay, _ in
                    _ = try relay.order("relay", Int64(BENCH_RELAY_MOVES))
                    Thread.sleep(forTimeInterval: pace.reduction == 1 ? 10 : 1)
                    let figures = try relay.order("report")
                    return [
                        "ratio": (figures["largestRatio"] ?? .nan) / 1_000,
                        "addresses": figures["addresses"] ?? .nan,
                    ]
                }
            },
            rows: [
                own("bytes to a new address, largest", "ratio", "/byte from there", 3),
                own("new addresses", "addresses", "addresses"),
            ])
    }
}
