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
                    group.addTask { for await state in client.snapshots { await seat.see(state) } }
                    group.addTask { try await steer(client, seat) }
                    group.addTask { try await obey(Keyboard.keys(), client, seat) }
                    group.addTask { try await draw(client, seat) }
                    group.addTask { try await ending.wait(client.network.clock) }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    /// Tells the server thirty times a second what is wished, so that a lost command costs little.
    private func steer(_ client: GameClient<ArenaMessages>, _ seat: Seat) async throws {
        let clock = client.network.clock
        while true {
            try await client.send(ArenaMessages.Command(await seat.wish(at: clock.now)))
            try await clock.sleep(for: .milliseconds(33))
        }
    }

    /// Follows the keys; returns when the player leaves.
    private func obey(
        _ keys: AsyncStream<Key>, _ client: GameClient<ArenaMessages>, _ seat: Seat
    ) async throws {
        for await key in keys {
            switch await seat.press(key, at: client.network.clock.now) {
            case .leave: return
            case .say(let text): try await client.request(.chat(text))
            case nil: break
            }
        }
    }

    private func draw(_ client: GameClient<ArenaMessages>, _ seat: Seat) async throws {
        var view = ArenaView(depth: depth)
        let clock = client.network.clock
        while true {
            let frame = await seat.frame(client.statistics, at: clock.now)
            Terminal.show(view.render(frame, Terminal.size))
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
