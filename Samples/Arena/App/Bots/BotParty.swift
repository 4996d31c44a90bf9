import Parley
import SampleSupport

/// Bots that play on a server elsewhere.
struct BotParty {
    let server: Endpoint
    let count: Int
    let ending: Ending

    init(_ arguments: Arguments, _ signals: Signals) {
        server = arguments[Options.server]
        count = arguments[Options.count]
        ending = Ending(signals: signals, seconds: arguments[Options.seconds])
    }

    func run() async throws {
        let crew = BotCrew(seed: 1)
        printLine("\(count) bots play on \(server); Ctrl-C ends it")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await crew.play(count, on: server) }
            group.addTask { try await ending.wait(crew.network.clock) }
            try await group.next()
            group.cancelAll()
        }
    }
}
