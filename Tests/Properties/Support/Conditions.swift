import ParleySimulation
import ParleySockets

/// The links and faults of one world, drawn by chance: some kind, some mixed, some the worst.
struct Conditions: Sendable {
    let linkName: String
    let links: LinkProfile
    let faults: Faults

    /// A link that has a name, and no faults; nil when no link has this one.
    init?(link name: String) {
        guard let profile = LinkProfile.named(name) else { return nil }
        linkName = name
        links = profile
        faults = .none
    }

    /// A link and faults of a property's own.
    init(_ name: String, _ links: LinkProfile, _ faults: Faults = .none) {
        linkName = name
        self.links = links
        self.faults = faults
    }

    init(using random: inout SeededGenerator) {
        let names = LinkProfile.names
        let pick = Int.random(in: 0..<names.count + 3, using: &random)
        if pick < names.count, let profile = LinkProfile.named(names[pick]) {
            linkName = names[pick]
            links = profile
        } else {
            links = Self.strangeLink(using: &random)
            linkName = "\(links)"
        }
        faults = Self.drawFaults(using: &random)
    }

    /// A link without a name, within the bounds of TigerBeetle's simulator.
    private static func strangeLink(using random: inout SeededGenerator) -> LinkProfile {
        func often(_ most: Double, _ random: inout SeededGenerator) -> Double {
            Bool.random(using: &random) ? 0 : Double.random(in: 0...most, using: &random)
        }
        return LinkProfile(
            latency: .milliseconds(Int.random(in: 0...200, using: &random)),
            jitter: .milliseconds(Int.random(in: 0...50, using: &random)),
            loss: .independent(often(0.3, &random)),
            duplication: often(0.5, &random),
            reordering: Reordering(probability: often(0.3, &random), delay: .milliseconds(40)),
            corruption: often(0.1, &random),
            truncation: often(0.1, &random),
            bandwidth: Bool.random(using: &random)
                ? nil : Int.random(in: 20_000...2_000_000, using: &random),
            queue: Int.random(in: 10_000...300_000, using: &random),
            mtu: Bool.random(using: &random) ? 1_400 : LinkProfile.largestDatagram)
    }

    private static func drawFaults(using random: inout SeededGenerator) -> Faults {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .none
        case 1: return .mild
        case 2: return .worst
        default: break
        }
        var faults = Faults.mixed(using: &random)
        // A run takes seconds, and the rates are per minute.
        let storm = Double.random(in: 1...20, using: &random)
        for rate in [\Faults.resets, \.rebindings, \.pauses, \.partitions, \.clogs, \.crashes] {
            faults[keyPath: rate] *= storm
        }
        return faults
    }
}

extension Faults {
    /// Whether a TCP connection can end although neither side wants it to.
    var breakConnections: Bool { resets > 0 || acceptAborts > 0 }
}

extension Simulation {
    /// Ends all faults: from now on nothing fails, and nothing is late.
    func calmDown() {
        faults = .none
        links = .perfect
    }
}
