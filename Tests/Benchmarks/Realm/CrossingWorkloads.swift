import CBenchmarkBaseline
import Foundation

extension Workload {
    /// A realm as its players see it: crossings, and the end of a zone's process.
    static var crossings: [Workload] {
        [
            crossings(
                "crossings", "crossing", isMobile: false, targets: (50, 150), mistakes: 0),
            crossings("crossings-4g", "crossing, 4G", isMobile: true, targets: (nil, 400)),
            killedZone, lostWorld,
        ]
    }

    /// Forty players walk to and fro over a border, in a realm of two zones.
    ///
    /// Servers are one process, in which each zone has a loop of its own; TLS, sealed packets and the store included.
    private static func crossings(
        _ name: String, _ title: String, isMobile: Bool, targets: (Double?, Double),
        mistakes: Double? = nil
    ) -> Workload {
        func own(_ name: String, _ figure: String, _ unit: String, _ target: Double? = nil) -> Row {
            Row(name: title + name, figure: figure, unit: unit, baseline: nil, target: target)
        }
        return Workload(
            name,
            parley: { pace in
                try withTravellers(["lte": isMobile ? 1 : 0]) { _, players in
                    try report(of: players, crossings: 1_000 / pace.reduction)
                }
            },
            rows: [
                own(", silence p50", "p50", "ms", targets.0),
                own(", silence p99", "p99", "ms", targets.1),
                own(", longest silence", "worst", "ms"),
                own(", frames without the own body", "bodiless", "frames", 0),
                own(", frames that mix zones", "mixed", "frames", 0),
                own(", wrong predictions in the second after", "wrong", "/1,000", mistakes),
                own(", wrong predictions ever", "wrongEver", "/1,000"),
            ])
    }

    /// Runs `body` while forty players walk to and fro over the border of a realm of two zones.
    private static func withTravellers(
        worlds: Int = 1, _ more: [String: Int],
        _ body: (_ servers: Child, _ players: Child) throws -> Figures
    ) throws -> Figures {
        try RealmPlan.withPorts(zones: 2, worlds: worlds) { port in
            let realm = ["port": port, "zones": 2, "worlds": worlds]
            let servers = try Child(
                "realm-servers", processor: 0,
                realm.merging(["world": 1, "mask": 3]) { first, _ in first })
            defer { servers.end() }
            _ = try servers.port()
            let travellers = realm.merging(["players": 40, "walks": 1]) { first, _ in first }
            let players = try Child(
                "realm-travellers", processor: 1, travellers.merging(more) { first, _ in first })
            defer { players.end() }
            _ = try players.port()
            return try body(servers, players)
        }
    }

    /// Waits until so many crossings were seen.
    private static func report(of players: Child, crossings: Int) throws -> Figures {
        for _ in 0..<6_000 {
            Thread.sleep(forTimeInterval: 0.1)
            let figures = try players.order("report")
            guard let count = figures["crossings"], Int(count) >= crossings else { continue }
            var report = figures
            for name in ["p50", "p99", "worst"] { report[name] = (figures[name] ?? .nan) / 1e6 }
            for name in ["wrong", "wrongEver"] {
                report[name] = (figures[name] ?? .nan) / count * 1_000
            }
            return report
        }
        throw ChildFailure("too few crossings")
    }

    /// A hundred players stand in a zone whose process is killed. Its parent says so, and starts another one.
    private static var killedZone: Workload {
        Workload(
            "zone-killed",
            parley: { pace in
                try RealmPlan.withPorts(zones: 2) { port in
                    let players = 100 / pace.reduction
                    let realm = ["port": port, "zones": 2]
                    func child(_ role: String, _ processor: Int, _ more: [String: Int]) throws
                        -> Child
                    {
                        try Child(
                            role, processor: processor, realm.merging(more) { first, _ in first })
                    }
                    let world = try child("realm-servers", 0, ["world": 1])
                    defer { world.end() }
                    _ = try world.port()
                    let other = try child("realm-servers", 0, ["mask": 2])
                    defer { other.end() }
                    _ = try other.port()
                    let victim = try child("realm-servers", 0, ["mask": 1])
                    let incarnation = Int64(try victim.answer()["incarnation"] ?? 0)
                    let crowd = try child("realm-travellers", 1, ["players": players])
                    defer { crowd.end() }
                    _ = try crowd.port()
                    Thread.sleep(forTimeInterval: 2)
                    let moment = bench_now()
                    victim.end()
                    _ = try world.order("dead", incarnation)
                    let next = try child("realm-servers", 0, ["mask": 1])
                    defer { next.end() }
                    return try awaitReturn(of: players, in: crowd, since: moment)
                }
            },
            rows: [
                Row(
                    name: "zone killed, until all 100 players play", figure: "last", unit: "ms",
                    baseline: nil, target: 1_500)
            ])
    }

    /// Forty players walk over a border while somebody logs in all the time. Then one of the two world servers is gone. A file
    /// of SQLite belongs to one process, so both are in one, and the task of one is ended.
    private static var lostWorld: Workload {
        func row(_ what: String, _ figure: String, _ target: Double? = nil) -> Row {
            Row(
                name: "one of two world servers killed, \(what)", figure: figure, unit: "ms",
                baseline: nil, target: target)
        }
        return Workload(
            "world-killed",
            parley: { _ in
                try withTravellers(worlds: 2, ["newcomers": 1]) { servers, players in
                    Thread.sleep(forTimeInterval: 5)
                    let moment = bench_now()
                    _ = try servers.order("lose")
                    return try awaitOpening(of: players, since: moment)
                }
            },
            rows: [
                row("until a player logs in", "login", 1_500),
                row("until players cross in both directions", "open", 1_500),
                row("longest silence at a crossing then", "worst"),
            ])
    }

    private static func awaitOpening(of players: Child, since moment: Int64) throws -> Figures {
        for _ in 0..<300 {
            Thread.sleep(forTimeInterval: 0.1)
            let welcome = try players.order("welcome", moment)
            let crossings = try players.order("open", moment)
            guard welcome["count"] == 1, crossings["zones"] == 2 else { continue }
            // Those that were sealed at the moment have come through by then as well.
            Thread.sleep(forTimeInterval: 3)
            let worst = try players.order("open", moment)["worst"]
            return [
                "login": (welcome["first"] ?? .nan) / 1e6,
                "open": (crossings["last"] ?? .nan) / 1e6,
                "worst": (worst ?? .nan) / 1e6,
            ]
        }
        throw ChildFailure("logins or crossings do not go on")
    }

    private static func awaitReturn(
        of players: Int, in crowd: Child, since moment: Int64
    ) throws -> Figures {
        for _ in 0..<1_200 {
            Thread.sleep(forTimeInterval: 0.1)
            let figures = try crowd.order("back", moment)
            if Int(figures["count"] ?? 0) == players {
                return ["last": (figures["last"] ?? .nan) / 1e6]
            }
        }
        throw ChildFailure("the players did not come back")
    }
}
