import Parley
import ParleySimulation
import RealmSimulation
import SampleSupport

/// The options of `realm simulate`.
enum SimulationOptions {
    static let seed = Option<UInt64>(
        "seed", "N", "decides everything that is random", default: 1)
    static let minutes = Option<Minutes>(
        "minutes", "M", "virtual minutes of play", default: Minutes(5),
        expects: "a number of minutes from 0.01 to 1440")
    static let bots = Option("bots", "N", "how many bots play", default: 16, in: 1...64)
    static let worlds = Option(
        "worlds", "N", "how many world servers there are", default: 1, in: 1...4)
    static let faults = Option<FaultLevel>(
        "faults", "LEVEL", "what goes wrong: " + RealmFaults.names.joined(separator: ", "),
        default: .worst, expects: "one of " + RealmFaults.names.joined(separator: ", "))
    static let network = Option<LinkChoice>(
        "network", "LINK", "what the links are like: " + LinkProfile.names.joined(separator: ", "),
        default: .lan, expects: "one of " + LinkProfile.names.joined(separator: ", "))
    static let runs = Option(
        "runs", "N", "how many seeds to run, from the given one on", default: 1, in: 1...1_000_000)
    static let trace = Option.flag("trace", "print a line for each event")
}

/// Faults by their name.
struct FaultLevel: LosslessStringConvertible, Hashable, Sendable {
    let description: String
    let faults: RealmFaults

    static let worst = FaultLevel(name: "worst", .worst)

    init?(_ text: String) {
        guard let faults = RealmFaults.named(text) else { return nil }
        self.init(name: text, faults)
    }

    private init(name: String, _ faults: RealmFaults) {
        description = name
        self.faults = faults
    }
}

/// A link profile by its name.
struct LinkChoice: LosslessStringConvertible, Hashable, Sendable {
    let description: String
    let profile: LinkProfile

    static let lan = LinkChoice(name: "lan", .lan)

    init?(_ text: String) {
        guard let profile = LinkProfile.named(text) else { return nil }
        self.init(name: text.lowercased(), profile)
    }

    private init(name: String, _ profile: LinkProfile) {
        description = name
        self.profile = profile
    }
}
