import CBenchmarkBaseline
import Foundation

extension Workload {
    /// What the servers of a realm cost: logins, checkpoints, and zones beside one zone.
    static func realm(clients: Int) -> [Workload] {
        [
            logins("logins-names", "names", kind: 0),
            logins("logins-tokens", "re-entry tokens", kind: 1),
            logins("logins-passwords", "passwords", kind: 2),
            zoneCheckpoints, zones(clients: clients),
        ]
    }

    /// Eight players at a time log in at a world server that has one processor, each over a new TLS connection. Ten are
    /// the most whose passwords it verifies at a time from one address.
    private static func logins(_ name: String, _ title: String, kind: Int) -> Workload {
        Workload(
            name,
            parley: { pace in
                try RealmPlan.withPorts(zones: 1) { port in
                    let (realm, together) = (["port": port, "zones": 1], 8)
                    let server = try Child(
                        "realm-servers", processor: 0,
                        realm.merging(["world": 1, "passwords": kind == 2 ? together : 0]) {
                            first, _ in first
                        })
                    defer { server.end() }
                    _ = try server.port()
                    let players = try Child(
                        "realm-logins", processor: 1,
                        realm.merging(["kind": kind, "together": together]) { first, _ in first })
                    defer { players.end() }
                    _ = try players.port()
                    Thread.sleep(forTimeInterval: pace.warmUp * 5)
                    let before = (try players.sample(), try server.sample())
                    Thread.sleep(forTimeInterval: max(1, pace.duration * 5))
                    let after = (try players.sample(), try server.sample())
                    let count = after.0.count - before.0.count
                    return [
                        "rate": count / (after.0.wall - before.0.wall),
                        "core": count / (after.1.cpu - before.1.cpu),
                    ]
                }
            },
            rows: [
                Row(
                    name: "logins, \(title)", figure: "rate", unit: "/s", isBetterWhen: .higher,
                    baseline: nil),
                Row(
                    name: "logins, \(title)", figure: "core", unit: "/s of CPU time",
                    isBetterWhen: .higher, baseline: nil),
            ])
    }

    /// A zone with 1,000 characters of 2 KB, beside the same zone whose characters are written once an hour.
    private static var zoneCheckpoints: Workload {
        func zone(_ pace: Pace, interval: Int) throws -> Figures {
            try RealmPlan.withPorts(zones: 1) { port in
                let realm = ["port": port, "zones": 1, "throng": 1, "plain": 1]
                let server = try Child(
                    "realm-servers", processor: 0,
                    realm.merging([
                        "world": 1, "mask": 1, "padding": 2_000, "checkpoints": interval,
                        "absence": 3_600_000_000_000,
                    ]) { first, _ in first })
                defer { server.end() }
                _ = try server.port()
                let entrants = try Child(
                    "realm-entrants", processor: 1,
                    realm.merging(["players": 1_000 / pace.reduction]) { first, _ in first })
                defer { entrants.end() }
                _ = try entrants.answer(within: 300)
                Thread.sleep(forTimeInterval: 1)
                return try ticks(of: server, for: max(1, pace.duration * 10))
            }
        }
        return Workload(
            "zone-checkpoints", parley: { try zone($0, interval: 1_000_000_000) },
            baselines: [Side(name: "none", run: { try zone($0, interval: 3_600_000_000_000) })],
            rows: [
                Row(
                    name: "1,000 checkpoints of 2 KB a second, ticks p99", figure: "late99",
                    unit: "ms late", baseline: nil, target: 4),
                Row(
                    name: "1,000 checkpoints of 2 KB a second, ticks p99", figure: "late99",
                    unit: "ms late", baseline: "none"),
                Row(
                    name: "1,000 checkpoints of 2 KB a second, load", figure: "load",
                    unit: "% of a core", baseline: "none"),
            ])
    }

    /// Four zones with a part of the players each, who cross each half a minute to a minute, beside one zone with all.
    private static func zones(clients: Int) -> Workload {
        func zones(_ pace: Pace, _ count: Int) throws -> Figures {
            try RealmPlan.withPorts(zones: count) { port in
                let players = max(count, clients / pace.reduction)
                let realm = ["port": port, "zones": count, "throng": 1, "plain": 1]
                let server = try Child(
                    "realm-servers", processor: 0,
                    realm.merging(["world": 1, "mask": (1 << count) - 1]) { first, _ in first })
                defer { server.end() }
                _ = try server.port()
                let load = try Child(
                    "realm-load", processor: 1,
                    realm.merging(["players": players]) { first, _ in first })
                defer { load.end() }
                _ = try load.answer(within: 300)
                // Until newcomers have spread over the zones.
                Thread.sleep(forTimeInterval: pace.warmUp * 50)
                var figures = try ticks(of: server, for: max(1, pace.duration * 20))
                figures["cpu"] = (figures["load"] ?? .nan) / Double(players) * 1e4
                return figures
            }
        }
        return Workload(
            "four-zones", parley: { try zones($0, 4) },
            baselines: [Side(name: "one zone", run: { try zones($0, 1) })],
            rows: [
                Row(
                    name: "four zones", figure: "cpu", unit: "µs CPU/player, second",
                    baseline: "one zone", target: 1.3),
                Row(
                    name: "four zones, load", figure: "load", unit: "% of a core",
                    baseline: "one zone"),
                Row(
                    name: "four zones, ticks p99", figure: "late99", unit: "ms late",
                    baseline: "one zone"),
            ])
    }

    /// How late the ticks of a process's zones begin, and how busy it is.
    private static func ticks(of server: Child, for seconds: Double) throws -> Figures {
        _ = try server.order("late")
        let before = try server.sample()
        Thread.sleep(forTimeInterval: seconds)
        let after = try server.sample()
        let late = try server.order("late")
        return [
            "load": (after.cpu - before.cpu) / (after.wall - before.wall) * 100,
            "late50": (late["late50"] ?? .nan) / 1e6, "late99": (late["late99"] ?? .nan) / 1e6,
            "worst": (late["worst"] ?? .nan) / 1e6,
        ]
    }
}
