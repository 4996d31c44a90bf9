import ParleySockets
import ParleyWorld
import TestGames

/// A player's input on the meadow, which changes at random times to random commands.
struct Hands: Sendable {
    private var random: SeededGenerator
    private var change = Duration.zero

    init(random: SeededGenerator) {
        self.random = random
    }

    /// Gives the commands and requests that are due now.
    mutating func move(_ client: PredictingClient<Meadow>, at elapsed: Duration) async {
        guard elapsed >= change else { return }
        change = elapsed + .milliseconds(Int.random(in: 10...700, using: &random))
        switch Int.random(in: 0..<16, using: &random) {
        case 0: client.command = Meadow.idle
        case 1, 2: for _ in 0..<Int.random(in: 1...3, using: &random) { client.sendOnce(command()) }
        // One that the rules throw for.
        case 3: client.sendOnce(Meadow.Command(x: .min, y: 0))
        case 4:
            let request = Meadow.Request(rawValue: UInt8.random(in: 0...2, using: &random))
            // Whose session has just ended does without.
            if let request { try? await client.request(request) }
        default: client.command = command()
        }
    }

    private mutating func command() -> Meadow.Command {
        Meadow.Command(
            x: Int8.random(in: -127...127, using: &random),
            y: Int8.random(in: -127...127, using: &random))
    }
}
