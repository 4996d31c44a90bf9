import ArenaGame
import Foundation
import Parley
import SampleSupport

/// A player at the keyboard of this terminal.
struct Game {
    let destination: Destination
    let name: String
    let link: LinkChoice?
    let depth: ColorDepth
    let ending: EndCondition

    init(_ arguments: Arguments, _ signals: Signals) throws(UsageError) {
        destination = try Destination(arguments)
        name = arguments[Options.name] ?? ProcessInfo.processInfo.environment["USER"] ?? "Player"
        link = arguments[Options.network]
        depth = .detect(noColor: arguments[Options.noColor])
        ending = EndCondition(signals: signals)
    }

    /// Plays until the player leaves or the session ends.
    ///
    /// The screen shows from the first moment whether the server answers: joining takes seconds on a
    /// bad link.
    func run() async throws {
        guard Terminal.isInput, Terminal.isOutput else {
            throw Failure("play needs a terminal; “arena bots” plays without one")
        }
        let client = PredictingClient<ArenaRules>(
            server: destination.server.host, port: destination.server.port, name: name,
            configuration: destination.client, network: link.network(seed: 1))
        let localPlayer = LocalPlayer(on: destination.server, over: link)
        try await Terminal.withFullScreen(raw: true) {
            try await withFailures(of: destination) { try await play(client, localPlayer) }
        }
    }

    private func play(_ client: PredictingClient<ArenaRules>, _ localPlayer: LocalPlayer)
        async throws
    {
        /// What the end of a task means.
        enum End { case gameOver, nothing }
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await client.run()
                return .gameOver
            }
            group.addTask {
                try await followKeys(Keyboard.keys(), client, localPlayer)
                return .gameOver
            }
            group.addTask {
                try await ending.wait(client.network.clock)
                return .gameOver
            }
            group.addTask {
                await listen(client, localPlayer)
                return .nothing
            }
            group.addTask { try await draw(client, localPlayer) }
            // The notices end with the session, but only `run()` says why it ended.
            while try await group.next() == .nothing {}
            group.cancelAll()
        }
    }

    private func listen(_ client: PredictingClient<ArenaRules>, _ localPlayer: LocalPlayer) async {
        guard let player = try? await client.joined() else { return }
        await localPlayer.admit(player)
        for await notice in client.notices { await localPlayer.hear(notice) }
    }

    /// Follows the keys. Returns when the player leaves.
    private func followKeys(
        _ keys: AsyncStream<Key>, _ client: PredictingClient<ArenaRules>, _ localPlayer: LocalPlayer
    ) async throws {
        for await key in keys {
            let now = client.network.clock.now
            switch await localPlayer.press(key, at: now) {
            case .leave: return
            case .say(let text): try await client.request(.chat(text))
            case .switchPrediction: client.predicts.toggle()
            case nil: client.command = await localPlayer.command(at: now)
            }
        }
    }

    /// Draws thirty frames a second, the most that a terminal shows.
    private func draw(_ client: PredictingClient<ArenaRules>, _ localPlayer: LocalPlayer)
        async throws -> Never
    {
        var view = ArenaView(depth: depth)
        let clock = client.network.clock
        while true {
            let now = clock.now
            client.command = await localPlayer.command(at: now)
            let frame = await localPlayer.frame(
                client.frame(), client.statistics, client.connectionState, client.security,
                isPredicting: client.predicts, at: now)
            Terminal.show(view.render(frame, Terminal.size))
            try await clock.sleep(for: .milliseconds(33))
        }
    }
}
