import Foundation

extension Workload {
    /// As many bytes as Parley's packets have in this game.
    private static let inputBytes = 29
    private static let snapshotBytes = 330
    /// C that asks for input as often as Parley's game server does.
    private static let paced = "raw C, 1 ms"

    /// A whole server, whose predicting clients see 50 entities each, 60 ticks and 20 snapshots a
    /// second, beside C that receives and sends as many datagrams of the same sizes: without encryption, and
    /// with it. C never encrypts.
    static func wholeServers(clients: Int) -> [Workload] {
        [
            wholeServer("whole-server", "whole server", clients, isSealed: false, target: 1.6),
            wholeServer("sealed-server", "sealed server", clients, isSealed: true, target: 1.9),
        ]
    }

    private static func wholeServer(
        _ name: String, _ title: String, _ clients: Int, isSealed: Bool, target: Double
    ) -> Workload {
        func own(_ name: String, _ figure: String, _ unit: String, _ target: Double? = nil) -> Row {
            Row(name: "\(title)\(name)", figure: figure, unit: unit, baseline: nil, target: target)
        }
        func cpu(beside baseline: String, _ target: Double?) -> Row {
            Row(
                name: title, figure: "cpu", unit: "µs CPU/client, snapshot", baseline: baseline,
                target: target)
        }
        return Workload(
            name, parley: { try playParley($0, clients, isSealed: isSealed) },
            baselines: [
                .c { try playC($0, clients, pause: 0) },
                Side(name: paced) { try playC($0, clients, pause: 1_000_000) },
            ],
            rows: [
                cpu(beside: "raw C", target), cpu(beside: paced, nil),
                Row(name: "\(title), load", figure: "load", unit: "% of a core"),
                own(", ticks p99", "late99", "ms late", 5),
                own(", ticks p99.9", "late", "ms late", 16.7),
                own(", commands missed", "missed", "%", 0.5),
                own(", bytes", "bytes", "bytes/entity, snapshot", 7),
                own(", allocations", "allocations", "/client, snapshot", 8),
                own(", memory", "memory", "KiB/client", isSealed ? nil : 25),
                own(", clients' own load", "clients", "% of a core"),
            ])
    }

    private static func playParley(
        _ pace: Pace, _ clients: Int, isSealed: Bool
    ) throws -> Figures {
        // It reports its steps after the meters were read.
        let warmUp = Int((pace.warmUp + 0.5) * 1e9)
        let server = try Child(
            "parley-play", processor: 0,
            [
                "clients": clients, "warmUp": warmUp, "duration": pace.nanoseconds,
                "sealed": isSealed ? 1 : 0,
            ])
        defer { server.end() }
        let port = try server.port()
        let empty = try server.sample().memory
        let load = try Child(
            "parley-play-load", processor: 1,
            ["port": port, "clients": clients, "sealed": isSealed ? 1 : 0])
        defer { load.end() }
        _ = try load.port()
        let before = (try load.sample(), try server.sample())
        var figures = try server.measure(pace)
        let after = (try load.sample(), try server.sample())
        let bytes = (after.0.count - before.0.count) / (after.1.count - before.1.count)
        let steps = try server.answer()
        figures["bytes"] = bytes / 50
        figures["memory"] = (after.1.memory - empty) / Double(clients) / 1024
        figures["clients"] = (after.0.cpu - before.0.cpu) / (after.0.wall - before.0.wall) * 100
        figures["late"] = (steps["late"] ?? .nan) / 1e6
        figures["late99"] = (steps["late99"] ?? .nan) / 1e6
        figures["missed"] = (steps["missed"] ?? .nan) / 1e4
        return figures
    }

    private static func playC(_ pace: Pace, _ clients: Int, pause: Int) throws -> Figures {
        let server = try Child(
            "c-play", processor: 0,
            ["clients": clients, "size": snapshotBytes, "interval": 50_000_000, "pause": pause])
        defer { server.end() }
        let load = try Child(
            "parley-play-load", processor: 1,
            ["port": try server.port(), "clients": clients, "raw": inputBytes])
        defer { load.end() }
        _ = try load.port()
        return try server.measure(pace)
    }
}
