import CBenchmarkBaseline
import Foundation
import Parley
import ParleyHandoff
import ParleyZones
import RealmGame
import Synchronization

/// Players of a realm of four zones in a square. They walk to and fro over all borders alike, and with `homes` every second one
/// within its zone; with `gives` each gives a coin away now and then. None ends the others when its session does.
enum Ramblers {
    /// Plays until the parent ends the process.
    static func play(_ arguments: RoleArguments) async throws {
        let network = SystemNetwork()
        let players = (0..<arguments["players"]).map { Rambler(number: $0, arguments, network) }
        obey(players, map: try RealmPlan(arguments).realm.map, port: arguments["port"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for player in players { group.addTask { try await player.play() } }
            while players.contains(where: { $0.diary.news == nil }) {
                try await network.clock.sleep(for: .milliseconds(20))
            }
            RoleProcess.ready()
            while try await group.next() != nil {}
            // Also without a player there is somebody to answer.
            try await network.clock.sleep(for: .seconds(3_600))
        }
    }

    private static func obey(_ players: [Rambler], map: ZoneMap, port: Int) {
        RoleProcess.obey("settled") { _ in ["count": count(of: players) { $0.isSettled }] }
        RoleProcess.obey("begin") { _ in
            let now = bench_now()
            for player in players { player.begin(at: now) }
            return ["now": now]
        }
        RoleProcess.obey("report") { _ in report(players) }
        RoleProcess.obey("open") { open(players.map(\.diary), since: $0) }
        RoleProcess.obey("astray") { _ in
            ["count": count(of: players) { $0.isAstray(on: map) }]
        }
        RoleProcess.obey("handoffs") { handoffs(players, ofZone: Int($0), map) }
        RoleProcess.obey("rest") { _ in
            for player in players { player.rest() }
            return [:]
        }
        RoleProcess.obey("gifts") { _ in gifts(players) }
        RoleProcess.obey("epochs") { _ in ["count": writeEpochs(players, port) ? 1 : 0] }
    }

    private static func count(of players: [Rambler], _ isOne: (Rambler) -> Bool) -> Int64 {
        Int64(players.count(where: isOne))
    }

    /// What was seen since the order `begin`.
    private static func report(_ players: [Rambler]) -> [String: Int64] {
        let now = bench_now()
        let silences = players.map { $0.diary.longestSilence(at: now) }
        return [
            "left": count(of: players) { $0.hasLeft },
            "worst": silences.max() ?? 0, "median": Int64(silences.map(Double.init).median),
            "silent": Int64(silences.count { $0 > 1_000_000_000 }),
            "mixed": players.reduce(0) { $0 + $1.diary.mixed },
            "crossings": Int64(players.reduce(0) { $0 + $1.diary.crossings.count }),
        ]
    }

    /// How many of the eight ways over a border were gone since a moment, and when the last of them was first gone.
    private static func open(_ diaries: [Diary], since moment: Int64) -> [String: Int64] {
        let crossings = diaries.flatMap(\.crossings).filter { $0.at > moment }
        let firsts = Dictionary(
            crossings.map { ("\($0.from) \($0.zone)", $0.at) }, uniquingKeysWith: min)
        // Over the point where all zones meet leads no player's way.
        return [
            "ways": Int64(firsts.count), "last": (firsts.values.max() ?? moment) - moment,
        ]
    }

    /// The most handoffs of one player since the order `begin`: out of a zone in which its body still was, and of one who stays
    /// in the zone, out and back.
    private static func handoffs(
        _ players: [Rambler], ofZone number: Int, _ map: ZoneMap
    ) -> [String: Int64] {
        guard let zone = ZoneName("zone-\(number)"), let area = map.area(of: zone) else {
            return [:]
        }
        let away = players.map { player in
            player.diary.crossings.count { $0.from == zone && area.contains($0.place) }
        }
        let both = players.filter { $0.home == number }.map { $0.diary.crossings.count }
        return [
            "away": Int64(away.max() ?? 0), "moved": Int64(away.count { $0 > 0 }),
            "both": Int64(both.max() ?? 0),
        ]
    }

    private static func gifts(_ players: [Rambler]) -> [String: Int64] {
        let gifts = players.map(\.gifts)
        return [
            "given": gifts.reduce(0) { $0 + $1.given },
            "received": gifts.reduce(0) { $0 + $1.received },
        ]
    }

    /// Writes the newest epoch that each player has seen, for the one who audits the store.
    private static func writeEpochs(_ players: [Rambler], _ port: Int) -> Bool {
        let lines = players.compactMap { player -> String? in
            guard let character = player.character, let epoch = player.diary.news?.epoch else {
                return nil
            }
            return "\(character.rawValue) \(epoch.generation) \(epoch.number)"
        }
        let file = RealmPlan.folder(port).appending(path: "epochs")
        return (try? Data(lines.joined(separator: "\n").utf8).write(to: file)) != nil
    }
}
