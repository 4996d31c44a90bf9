import ArenaSimulation
import Parley
import ParleySimulation
import SampleSupport

/// The options of `arena simulate`.
enum SimulationOptions {
    static let seed = Option<UInt64>(
        "seed", "N", "decides everything that is random", default: 1)
    static let minutes = Option<Minutes>(
        "minutes", "N", "virtual minutes of play", default: Minutes(10),
        expects: "a number of minutes from 0.01 to 1440")
    static let bots = Option("bots", "N", "how many bots play", default: 64, in: 0...64)
    static let faults = Option<FaultLevel>(
        "faults", "LEVEL", "what goes wrong: \(Faults.names.joined(separator: ", "))",
        default: .worst, expects: "one of \(Faults.names.joined(separator: ", "))")
    static let network = Option<LinkChoice?>(
        "network", "LINK", "what the links are like (default 4g): " + LinkChoice.list,
        expects: "one of " + LinkChoice.list)
    static let runs = Option(
        "runs", "N", "how many seeds to run, from the given one on", default: 1, in: 1...1_000_000)
    static let trace = Option<String?>(
        "trace", "FILE", "write a line for each event; - for this terminal")
}

/// Faults by their name.
struct FaultLevel: LosslessStringConvertible, Hashable, Sendable {
    let description: String
    let faults: Faults

    static let worst = FaultLevel(name: "worst", .worst)

    init?(_ text: String) {
        guard let faults = Faults.named(text) else { return nil }
        self.init(name: text, faults)
    }

    private init(name: String, _ faults: Faults) {
        description = name
        self.faults = faults
    }
}
