import Foundation

extension Workload {
    private static let playClients = 1_000
    /// As many bytes as Parley's packets have in this game.
    private static let inputBytes = 29
    private static let snapshotBytes = 330

    /// A whole server, 1,000 predicting clients who see 50 entities each, 60 ticks and 20 snapshots a
    /// second, beside C that receives and sends as many datagrams of the same sizes.
    static var wholeServer: Workload {
        Workload(
            "whole-server", parley: playParley, baselines: [.c(playC)],
            rows: [
                Row(
                    name: "whole server", figure: "cpu", unit: "µs CPU/client, snapshot",
                    target: 1.5),
                Row(name: "whole server, load", figure: "load", unit: "% of a core"),
                Row(
                    name: "whole server, ticks p99.9", figure: "late", unit: "ms late",
                    baseline: nil, target: 16.7),
                Row(
                    name: "whole server, commands missed", figure: "missed", unit: "%",
                    baseline: nil, target: 0.5),
                Row(
                    name: "whole server, bytes", figure: "bytes",
                    unit: "bytes/entity, snapshot", baseline: nil, target: 7),
            ])
    }

    private static func playParley(_ pace: Pace) throws -> Figures {
        // It tells of its steps after the meters were read.
        let warmUp = Int((pace.warmUp + 0.5) * 1e9)
        let server = try Child(
            "parley-play", processor: 0,
            ["clients": playClients, "warmUp": warmUp, "duration": pace.nanoseconds])
        defer { server.end() }
        let load = try Child(
            "parley-play-load", processor: 1,
            ["port": try server.port(), "clients": playClients])
        defer { load.end() }
        _ = try load.port()
        let before = (try load.sample(), try server.sample())
        var figures = try server.measure(pace)
        let after = (try load.sample(), try server.sample())
        let bytes = (after.0.count - before.0.count) / (after.1.count - before.1.count)
        let steps = try server.answer()
        figures["bytes"] = bytes / 50
        figures["late"] = (steps["late"] ?? .nan) / 1e6
        figures["missed"] = (steps["missed"] ?? .nan) / 1e4
        return figures
    }

    private static func playC(_ pace: Pace) throws -> Figures {
        let server = try Child(
            "c-play", processor: 0,
            ["clients": playClients, "size": snapshotBytes, "interval": 50_000_000])
        defer { server.end() }
        let load = try Child(
            "parley-play-load", processor: 1,
            ["port": try server.port(), "clients": playClients, "raw": inputBytes])
        defer { load.end() }
        _ = try load.port()
        return try server.measure(pace)
    }
}
