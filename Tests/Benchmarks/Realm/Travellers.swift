import CBenchmarkBaseline
import Foundation
import Parley
import ParleyHandoff
import ParleySimulation
import ParleyZones
import RealmGame
import Synchronization

/// Players of a realm who walk to and fro over the first border, or stand still, and note what they see.
enum Travellers {
    /// Plays until the parent ends the process. With `lte` the way to all servers is that of a telephone on 4G.
    ///
    /// The order `report` tells what was seen of crossings, `back` when the last player went on after a moment, `open` when
    /// there was a crossing into each zone after it. With `newcomers`, somebody logs in all the time, and `welcome` tells when
    /// the first one came in after a moment.
    static func play(_ arguments: RoleArguments) async throws {
        let network: any Network =
            arguments["lte"] == 1
            ? NetworkConditioner(SystemNetwork(), profile: .lte, seed: 1) : SystemNetwork()
        let players = (0..<arguments["players"]).map {
            BorderWalker(number: $0, arguments, network)
        }
        RoleProcess.obey("report") { _ in report(players.map(\.diary)) }
        RoleProcess.obey("back") { back(players.map(\.diary), since: $0) }
        RoleProcess.obey("open") { open(players.map(\.diary), since: $0) }
        let door = RealmNewcomers(arguments, network)
        RoleProcess.obey("welcome") { door.welcome(since: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for player in players {
                group.addTask { try await player.play(walks: arguments["walks"] == 1) }
            }
            if arguments["newcomers"] == 1 { group.addTask { try await door.knock() } }
            while players.contains(where: { $0.diary.news == nil }) {
                try await network.clock.sleep(for: .milliseconds(20))
            }
            RoleProcess.ready()
            while try await group.next() != nil {}
        }
    }

    /// Where players log in.
    static func worlds(_ arguments: RoleArguments) -> [WorldAddress] {
        (0..<max(1, arguments["worlds"])).map { number in
            WorldAddress(host: "127.0.0.1", port: arguments.port + UInt16(2 * number))
        }
    }

    private static func report(_ diaries: [Diary]) -> [String: Int64] {
        let silences = diaries.flatMap(\.silences).map(Double.init)
        guard !silences.isEmpty else { return ["crossings": 0] }
        return [
            "crossings": Int64(silences.count), "p50": Int64(silences.quantile(0.5)),
            "p99": Int64(silences.quantile(0.99)), "worst": Int64(silences.max() ?? 0),
            "bodiless": diaries.reduce(0) { $0 + $1.bodiless },
            "mixed": diaries.reduce(0) { $0 + $1.mixed },
            "wrong": diaries.reduce(0) { $0 + $1.wrongAtCrossings },
            "wrongEver": diaries.reduce(0) { $0 + $1.wrong },
        ]
    }

    /// When there was a crossing into each of two zones, and the longest silence of one since then.
    private static func open(_ diaries: [Diary], since moment: Int64) -> [String: Int64] {
        let crossings = diaries.flatMap(\.crossings).filter { $0.at > moment }
        let firsts = Dictionary(crossings.map { ($0.zone, $0.at) }, uniquingKeysWith: min)
        return [
            "zones": Int64(firsts.count), "last": (firsts.values.max() ?? moment) - moment,
            "worst": crossings.map(\.silence).max() ?? 0,
        ]
    }

    private static func back(_ diaries: [Diary], since moment: Int64) -> [String: Int64] {
        let times = diaries.compactMap(\.since).filter { $0 > moment }
        return ["count": Int64(times.count), "last": (times.max() ?? moment) - moment]
    }
}

/// A player whose command follows from where it is.
final class BorderWalker: Sendable {
    private let client: RealmClient<RealmRules>
    private let number: Int
    private let border: Double
    private let log = Mutex(Diary())

    init(number: Int, _ arguments: RoleArguments, _ network: any Network) {
        self.number = number
        border = RealmRules.side / Double(max(1, arguments["zones"]))
        var configuration = RealmClientConfiguration()
        configuration.discardsNotices = true
        // Half of them begin with each of two world servers.
        let worlds = Travellers.worlds(arguments)
        client = RealmClient(
            at: number % 2 == 0 ? worlds : worlds.reversed(), as: .name("player-\(number)"),
            configuration: configuration, network: network)
    }

    var diary: Diary { log.withLock { $0 } }

    func play(walks: Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.client.run() }
            group.addTask { try await self.look(walks: walks) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Looks each 4 ms, which is the precision of the silences; who stands still, each 20 ms.
    private func look(walks: Bool) async throws {
        let clock = client.network.clock
        // Far enough from the border that a client has seconds to connect ahead, and nobody turns where the others do.
        let reach = 15 + Double(number % 10)
        var isEastward = true
        while true {
            try await clock.sleep(for: .milliseconds(walks ? 4 : 20))
            let (frame, wrong) = (client.frame(), client.statistics.wrongPredictions)
            log.withLock { $0.note(frame, wrong: wrong, at: bench_now()) }
            guard walks, let me = frame?.me else { continue }
            if me.position.x > border + reach { isEastward = false }
            if me.position.x < border - reach { isEastward = true }
            client.command = RealmRules.Command(towards: [isEastward ? 1 : -1, 0])
        }
    }
}
