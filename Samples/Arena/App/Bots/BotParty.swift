import Parley
import SampleSupport

/// Bots that play on the server of another process.
struct BotParty {
    let server: Destination
    let count: Int
    let link: LinkChoice?
    let ending: EndCondition

    init(_ arguments: Arguments, _ signals: Signals) throws(UsageError) {
        server = try Destination(arguments)
        count = arguments[Options.count]
        link = arguments[Options.network]
        ending = EndCondition(signals: signals, seconds: arguments[Options.seconds])
    }

    func run() async throws {
        let crew = BotCrew(seed: 1, network: link.network(seed: 1))
        let way = link.map { " over \($0)" } ?? ""
        printLine(
            "\(count.counted("bot")) \(count == 1 ? "plays" : "play") on \(server)\(way); Ctrl-C ends it"
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await crew.play(count, on: server) }
            group.addTask { try await report(crew) }
            group.addTask { try await ending.wait(crew.network.clock) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Prints the round trips every two seconds, and how many bots have lost their connection.
    private func report(_ crew: BotCrew) async throws {
        while true {
            try await crew.network.clock.sleep(for: .seconds(2))
            var parts: [String] = []
            let sorted = await crew.roundTrips.values.sorted()
            if let best = sorted.first, let worst = sorted.last {
                let median = sorted[sorted.count / 2].text
                parts.append("round trips \(best.text) to \(worst.text), half under \(median)")
            }
            let lost = await crew.reconnecting.count
            if lost > 0 { parts.append("\(lost.counted("bot")) reconnecting") }
            if !parts.isEmpty { printLine(parts.joined(separator: "; ")) }
        }
    }
}
