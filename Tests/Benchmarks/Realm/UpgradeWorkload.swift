import Foundation

extension Workload {
    /// Four zones, each a process of its own, go to the game's next version one after another while their players play.
    static var rollingUpgrade: Workload {
        func row(_ what: String, _ figure: String, _ unit: String, _ target: Double? = nil) -> Row {
            Row(
                name: "rolling upgrade of 4 zones, \(what)", figure: figure, unit: unit,
                baseline: nil, target: target)
        }
        return Workload(
            "rolling-upgrade", parley: upgrade,
            rows: [
                row("players and characters that left, of 200", "left", "", 0),
                row(
                    "handoffs out of a draining zone before the border, most of a player per zone",
                    "away", "", 1),
                row(
                    "handoffs of a player who stays in that zone, out and back, most per zone",
                    "both", ""),
                row("players that were handed out so, of the 4 zones together", "moved", ""),
                row("longest silence of the game for a player", "worst", "ms"),
                row("the longest silence of each player, median of the worst zone", "median", "ms"),
                row("from the word to the end of the process, longest", "drain", "ms"),
                row("from then on until all are back in their zones, longest", "back", "ms"),
                row("frames that mix zones", "mixed", "", 0),
                Row(
                    name:
                        "rolling upgrade of 4 zones, states of the next version that the old one read",
                    figure: "newer", unit: "", isBetterWhen: .higher, baseline: nil, target: 1),
            ])
    }

    /// A zone's process.
    private struct Zone {
        let process: Child
        let incarnation: Int

        init(_ number: Int, version: Int, _ realm: [String: Int]) throws {
            process = try Child(
                "realm-servers", processor: 0,
                realm.merging(["mask": 1 << number, "version": version]) { $1 })
            incarnation = Int(try process.answer()["incarnation"] ?? 0)
        }
    }

    private static func upgrade(_ pace: Pace) throws -> Figures {
        try RealmPlan.withPorts(zones: 4) { port in
            let realm = ["port": port, "zones": 4, "square": 1, "ticks": 30]
            let world = try Child("realm-servers", processor: 0, realm.merging(["world": 1]) { $1 })
            defer { world.end() }
            _ = try world.port()
            var zones: [Zone] = []
            defer { for zone in zones { zone.process.end() } }
            for number in 0..<4 { zones.append(try Zone(number, version: 1, realm)) }
            let count = 200 / pace.reduction
            let players = try Child(
                "realm-ramblers", processor: 1,
                realm.merging(["players": count, "homes": 1]) { $1 })
            defer { players.end() }
            try players.settle(count)
            var figures: Figures = [:]
            for number in 0..<4 {
                let upgraded = try upgrade(&zones[number], number, world, players, realm)
                figures.merge(upgraded) { max($0, $1) }
                for sum in ["moved", "newer", "departures"] {
                    figures["\(sum), all", default: 0] += upgraded[sum] ?? .nan
                }
            }
            for zone in zones {
                let report = try zone.process.order("zones")
                figures["departures, all", default: 0] += report["departures"] ?? .nan
            }
            figures["left", default: .nan] += figures["departures, all"] ?? .nan
            (figures["moved"], figures["newer"]) = (figures["moved, all"], figures["newer, all"])
            return figures
        }
    }

    /// Drains a zone by an operator's word, and starts the next version of it when its process has ended.
    private static func upgrade(
        _ zone: inout Zone, _ number: Int, _ world: Child, _ players: Child, _ realm: [String: Int]
    ) throws -> Figures {
        _ = try players.order("begin")
        let begin = Date()
        _ = try world.order("drain", Int64(number))
        let counts = try zone.process.answer()
        try zone.process.waitUntilEnd(within: 30)
        let end = Date()
        _ = try world.order("dead", Int64(1_000_000 * number + zone.incarnation))
        zone = try Zone(number, version: 2, realm)
        for _ in 0..<600 {
            Thread.sleep(forTimeInterval: 0.05)
            guard try players.order("astray")["count"] == 0 else { continue }
            let back = Date()
            var figures = try players.order("report")
            figures.merge(try players.order("handoffs", Int64(number))) { $1 }
            figures["newer"] = counts["newer"]
            figures["departures"] = counts["departures"]
            for name in ["worst", "median"] { figures[name] = (figures[name] ?? .nan) / 1e6 }
            figures["drain"] = end.timeIntervalSince(begin) * 1_000
            figures["back"] = back.timeIntervalSince(end) * 1_000
            return figures
        }
        throw ChildFailure("players do not come back into zone \(number)")
    }
}
