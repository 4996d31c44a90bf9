import CBenchmarkBaseline
import Foundation
import LocalPostgres

extension Workload {
    /// A realm's PostgreSQL fails over while its players cross borders; none where that is not installed.
    static var failOvers: [Workload] {
        guard PostgresServer.isInstalled else {
            Suite.complain(
                "a fail-over under play is left out: PostgreSQL is not installed (Debian: apt-get install postgresql)"
            )
            return []
        }
        func row(_ what: String, _ figure: String, _ unit: String, _ target: Double? = nil) -> Row {
            Row(
                name: "fail-over of PostgreSQL, \(what)", figure: figure, unit: unit,
                baseline: nil, target: target)
        }
        return [
            Workload(
                "fail-over", parley: failOver,
                rows: [
                    row("players and characters that left, of 200", "left", "", 0),
                    row("from the kill until the new primary takes writes", "outage", "ms"),
                    row(
                        "from then on until players cross each border in each direction", "open",
                        "ms", 3_000),
                    row("longest silence of the game for a player meanwhile", "worst", "ms"),
                    row("the longest silence of each player, median", "median", "ms"),
                    row("players with a silence of more than a second", "silent", ""),
                    row("zones that froze, of 4", "frozen", "", 0),
                    row("epochs granted twice or taken back", "epochs", "", 0),
                    row("coins lost or doubled, and other faults of the audit", "faults", "", 0),
                    row("coins given under play", "payments", ""),
                ])
        ]
    }

    /// Two hundred players in four zones, each of which has a loop of its own in the process of the servers.
    private static func failOver(_ pace: Pace) throws -> Figures {
        try RealmPlan.withPorts(zones: 4) { port in
            let database = try Child("realm-database", processor: -1, ["port": port])
            defer { database.end() }
            let ports = try database.answer(within: 120).mapValues { Int($0) }
            let realm = ["port": port, "zones": 4, "square": 1, "ticks": 30]
            let servers = try Child(
                "realm-servers", processor: 0,
                realm.merging(ports) { $1 }.merging([
                    "world": 1, "mask": 15, "lease": 45_000_000_000,
                ]) { $1 })
            defer { servers.end() }
            _ = try servers.port()
            let count = 200 / pace.reduction
            let players = try Child(
                "realm-ramblers", processor: 1,
                realm.merging(["players": count, "gives": 1]) { $1 })
            defer { players.end() }
            try players.settle(count)
            // Some coins are on their way by then.
            Thread.sleep(forTimeInterval: 10 * pace.duration)
            var figures = try failOver(of: database, under: players)
            let zones = try servers.order("zones")
            figures["frozen"] = zones["frozen"]
            figures["left", default: .nan] += zones["departures"] ?? .nan
            let gifts = try awaitGifts(players)
            _ = try players.order("epochs")
            players.end()
            servers.end()
            _ = try database.order("audit")
            let audit = try database.answer(within: 120)
            let payments = audit["payments"] ?? .nan
            figures["payments"] = payments
            figures["epochs"] = (figures["mixed"] ?? .nan) + (audit["lost"] ?? .nan)
            figures["faults"] =
                (audit["problems"] ?? .nan) + abs(payments - (gifts["given"] ?? .nan))
                + abs(payments - (gifts["received"] ?? .nan))
            return figures
        }
    }

    private static func failOver(of database: Child, under players: Child) throws -> Figures {
        _ = try players.order("begin")
        _ = try database.order("fail")
        let moments = try database.answer(within: 120)
        guard let killed = moments["killed"], let answered = moments["answered"] else {
            throw ChildFailure("no moment of the fail-over")
        }
        for _ in 0..<600 {
            Thread.sleep(forTimeInterval: 0.1)
            let ways = try players.order("open", Int64(answered))
            guard ways["ways"] == 8 else { continue }
            // Those that were sealed at the moment have come through by then as well.
            Thread.sleep(forTimeInterval: 3)
            var figures = try players.order("report")
            for name in ["worst", "median"] { figures[name] = (figures[name] ?? .nan) / 1e6 }
            figures["outage"] = (answered - killed) / 1e6
            figures["open"] = (ways["last"] ?? .nan) / 1e6
            return figures
        }
        throw ChildFailure("crossings do not go on")
    }

    /// Lets all stand still, and waits until they are told of no gift any more.
    private static func awaitGifts(_ players: Child) throws -> Figures {
        _ = try players.order("rest")
        var last = try players.order("gifts")
        for _ in 0..<30 {
            Thread.sleep(forTimeInterval: 2)
            let gifts = try players.order("gifts")
            if gifts == last { return gifts }
            last = gifts
        }
        throw ChildFailure("coins are still given")
    }
}

extension Child {
    /// Waits until all of so many players walk where they are to.
    func settle(_ players: Int) throws {
        _ = try answer(within: 120)
        for _ in 0..<1_200 {
            if try order("settled")["count"] == Double(players) { return }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw ChildFailure("the players are not where they are to be")
    }
}
