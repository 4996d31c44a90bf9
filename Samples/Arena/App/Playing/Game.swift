import ArenaGame
import Foundation
import Parley
import SampleSupport

/// A person at the keyboard of this terminal, playing on a server.
struct Game {
    let server: Endpoint
    let name: String
    let link: LinkChoice?
    let depth: ColorDepth
    let ending: Ending

    init(_ arguments: Arguments, _ signals: Signals) {
        server = arguments[Options.server]
        name = arguments[Options.name] ?? ProcessInfo.processInfo.environment["USER"] ?? "Player"
        link = arguments[Options.network]
        depth = .detect(noColor: arguments[Options.noColor])
        ending = Ending(signals: signals)
    }

    func run() async throws {
        guard Terminal.isInput, Terminal.isOutput else {
            throw Failure("play needs a terminal; “arena bots” plays without one")
        }
        try await joinGame(on: server, as: name, network: link.network(seed: 1)) { client in
            let player = try await client.joined()
            let seat = Seat(player, on: server, over: link)
            try await Terminal.withFullScreen(raw: true) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for await notice in client.notices { await seat.hear(notice) } }
                    group.addTask { try await obey(Keyboard.keys(), client, seat) }
                    group.addTask { await draw(client, seat) }
                    group.addTask { try await ending.wait(client.network.clock) }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    /// Follows the keys; returns when the player leaves.
    private func obey(
        _ keys: AsyncStream<Key>, _ client: PredictingClient<ArenaRules>, _ seat: Seat
    ) async throws {
        for await key in keys {
            let now = client.network.clock.now
            switch await seat.press(key, at: now) {
            case .leave: return
            case .say(let text): try await client.request(.chat(text))
            case .switchPrediction: client.predicts.toggle()
            case nil: client.command = await seat.command(at: now)
            }
        }
    }

    /// Thirty frames a second: more is lost on a terminal.
    private func draw(_ client: PredictingClient<ArenaRules>, _ seat: Seat) async {
        var view = ArenaView(depth: depth)
        let clock = client.network.clock
        for await shown in client.frames(perSecond: 30) {
            client.command = await seat.command(at: clock.now)
            let vitals = Vital.of(client.statistics, shown, isPredicting: client.predicts)
            let frame = await seat.frame(shown, vitals, at: clock.now)
            Terminal.show(view.render(frame, Terminal.size))
        }
    }
}
