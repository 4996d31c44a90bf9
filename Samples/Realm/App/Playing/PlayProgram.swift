import Foundation
import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// `realm play`: a player at the keyboard of this terminal.
struct PlayProgram {
    let name: String
    let depth: ColorDepth
    let signals: Signals
    let realm: RealmConfiguration

    init(_ arguments: Arguments, _ signals: Signals) throws {
        name = arguments[Options.name] ?? ProcessInfo.processInfo.environment["USER"] ?? "player"
        depth = .detect(noColor: arguments[Options.noColor])
        self.signals = signals
        realm = try arguments.realm(hasDatabase: false)
    }

    /// Plays until the player leaves or the session ends.
    func run() async throws {
        guard Terminal.isInput, Terminal.isOutput else {
            throw Failure("play needs a terminal; “realm bots” plays without one")
        }
        let network = SystemNetwork()
        try await requireWorldServer(at: realm.worldAddresses, network)
        let client = RealmClient<RealmRules>(
            at: realm.worldAddresses.shuffled(), as: .name(name), network: network)
        let player = LocalPlayer()
        try await Terminal.withFullScreen(raw: true) { try await play(client, player) }
    }

    private func play(_ client: RealmClient<RealmRules>, _ player: LocalPlayer) async throws {
        /// Whether the end of a task is the end of the game.
        enum End { case gameOver, nothing }
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await client.run()
                return .gameOver
            }
            group.addTask {
                try await followKeys(client, player)
                return .gameOver
            }
            group.addTask {
                await signals.endRequest()
                return .gameOver
            }
            group.addTask {
                for await line in client.chat { await player.hear(line) }
                return .nothing
            }
            group.addTask {
                for await notice in client.notices {
                    await player.hear(notice, as: client.frame()?.me?.character)
                }
                return .nothing
            }
            group.addTask { try await draw(client, player) }
            defer { group.cancelAll() }
            // Chat and notices end with the session, but only `run()` says why it ended.
            while try await group.next() == .nothing {}
        }
    }

    /// Follows the keys. Returns when the player leaves.
    private func followKeys(_ client: RealmClient<RealmRules>, _ player: LocalPlayer) async throws {
        for await key in Keyboard.keys() {
            switch await player.press(key, at: client.network.clock.now.sinceEpoch) {
            case .leave: return
            case .wave: try client.request(.wave)
            case .give: try client.request(.give)
            case .say(let text): client.say(text, to: .realm)
            case nil: break
            }
        }
    }

    /// Draws thirty frames a second, the most that a terminal shows.
    private func draw(_ client: RealmClient<RealmRules>, _ player: LocalPlayer) async throws
        -> Never
    {
        let clock = client.network.clock
        while true {
            client.command = await player.command(at: clock.now.sinceEpoch)
            var view = PlayView(map: realm.map, frame: client.frame())
            view.title = title(of: client)
            view.lines = await player.lines
            view.draft = await player.draft
            Terminal.show(view.draw(Terminal.size).rendered(depth))
            try await clock.sleep(for: .milliseconds(33))
        }
    }

    private func title(of client: RealmClient<RealmRules>) -> String {
        let counts = client.statistics
        let coins = client.frame()?.me?.coins ?? 0
        let place =
            switch client.connectionState {
            case .loggingIn: "logging in …"
            case .entering: "entering …"
            case .playing(let zone):
                if case .playingOverTCP = client.zoneConnection {
                    "\(zone) over TCP: UDP is blocked"
                } else {
                    "\(zone)"
                }
            case .seeking(let zone): "\(zone) does not answer …"
            case .ended: "over"
            }
        return
            "PARLEY REALM   \(name)   \(place)   coins: \(coins)   crossings: \(counts.crossings)"
    }
}
