import Foundation

extension Workload {
    /// As many bytes as Parley's packets have in this game.
    private static let inputBytes = 29
    private static let snapshotBytes = 330
    /// C that asks for input as often as Parley's game server does.
    private static let paced = "raw C, 1 ms"

    /// A whole server, whose predicting clients see 50 entities each, 60 ticks and 20 snapshots a
    /// second, beside C that receives and sends as many datagrams of the same sizes.
    static func wholeServer(clients: Int) -> Workload {
        func own(_ name: String, _ figure: String, _ unit: String, _ target: Double? = nil) -> Row {
            Row(name: name, figure: figure, unit: unit, baseline: nil, target: target)
        }
        func cpu(beside baseline: String, _ target: Double?) -> Row {
            Row(
                name: "whole server", figure: "cpu", unit: "µs CPU/client, snapshot",
                baseline: baseline, target: target)
        }
        return Workload(
            "whole-server", parley: { try playParley($0, clients) },
            baselines: [
                .c { try playC($0, clients, pause: 0) },
                Side(name: paced) { try playC($0, clients, pause: 1_000_000) },
            ],
            rows: [
                cpu(beside: "raw C", 1.5), cpu(beside: paced, nil),
                Row(name: "whole server, load", figure: "load", unit: "% of a core"),
                own("whole server, ticks p99", "late99", "ms late", 5),
                own("whole server, ticks p99.9", "late", "ms late", 16.7),
                own("whole server, commands missed", "missed", "%", 0.5),
                own("whole server, bytes", "bytes", "bytes/entity, snapshot", 7),
                own("whole server, allocations", "allocations", "/client, snapshot", 8),
                own("whole server, memory", "memory", "KiB/client", 25),
                own("whole server, clients' own load", "clients", "% of a core"),
            ])
    }

    private static func playParley(_ pace: Pace, _ clients: Int) throws -> Figures {
        // It reports its steps after the meters were read.
        let warmUp = Int((pace.warmUp + 0.5) * 1e9)
        let server = try Child(
            "parley-play", processor: 0,
            ["clients": clients, "warmUp": warmUp, "duration": pace.nanoseconds])
        defer { server.end() }
        let port = try server.port()
        let empty = try server.sample().memory
        let load = try Child(
            "parley-play-load", processor: 1, ["port": port, "clients": clients])
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
