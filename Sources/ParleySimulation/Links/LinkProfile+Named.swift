/// Links that people have. One-way numbers of each: `Documentation/Testing.md` shows them side by
/// side.
///
/// Latency, jitter and mean loss are the presets of Unity's Netcode for Entities, where nothing
/// else is said; bandwidths and reordering are rows of the matrix that GameNetworkingSockets is
/// tested with. The lengths of bursts and queues are ours. All carry datagrams of any size, since IP
/// cuts what is too long for the path and joins it again.
extension LinkProfile {
    /// Nothing is late and nothing is lost.
    public static let perfect = LinkProfile()

    /// A wire in the house. Netcode's preset has a loss of 1 % here, which wires do not have.
    public static let lan = LinkProfile(
        latency: .milliseconds(1), jitter: .microseconds(100), bandwidth: 125_000_000,
        queue: 1_000_000)

    /// Wi-Fi at home (Netcode's “WiFi”). Losses come in bursts of eight, as in lightyear's tests.
    public static let wifi = LinkProfile(
        latency: .milliseconds(1), jitter: .milliseconds(1),
        loss: .bursts(GilbertElliott(meanLoss: 0.01, meanBurst: 8)),
        bandwidth: 2_000_000, queue: 256_000)

    /// A telephone on 4G (Netcode's “4G”).
    public static let lte = LinkProfile(
        latency: .milliseconds(35), jitter: .milliseconds(5),
        loss: .bursts(GilbertElliott(meanLoss: 0.03, meanBurst: 3)),
        reordering: Reordering(probability: 0.01, delay: .milliseconds(10)),
        bandwidth: 1_000_000, queue: 128_000)

    /// A telephone on 3G (Netcode's “3G”).
    public static let umts = LinkProfile(
        latency: .milliseconds(120), jitter: .milliseconds(10),
        loss: .bursts(GilbertElliott(meanLoss: 0.05, meanBurst: 4)),
        reordering: Reordering(probability: 0.02, delay: .milliseconds(10)),
        bandwidth: 128_000, queue: 64_000)

    /// A fixed line to a server on the other side of the ocean: the delay that Netcode adds for a good
    /// international path (its 25th percentile).
    public static let transatlantic = LinkProfile(
        latency: .milliseconds(60), jitter: .milliseconds(5), loss: .independent(0.02),
        reordering: Reordering(probability: 0.01, delay: .milliseconds(10)),
        bandwidth: 1_000_000, queue: 128_000)

    /// Every fault at once, for tests: the link of yojimbo's soak test (a second of latency, a
    /// quarter lost and a quarter doubled, as Fiedler asks for), and damage on top, with the
    /// narrowest row of GameNetworkingSockets.
    public static let awful = LinkProfile(
        latency: .seconds(1), jitter: .milliseconds(100),
        loss: .bursts(GilbertElliott(meanLoss: 0.25, meanBurst: 4)), duplication: 0.25,
        reordering: Reordering(probability: 0.1, delay: .milliseconds(50)), corruption: 0.05,
        truncation: 0.01, bandwidth: 64_000, queue: 64_000)

    private static let named: [(name: String, profile: LinkProfile)] = [
        ("perfect", .perfect), ("lan", .lan), ("wifi", .wifi), ("4g", .lte), ("3g", .umts),
        ("transatlantic", .transatlantic), ("awful", .awful),
    ]

    /// The names that `named(_:)` knows, from the best link to the worst.
    public static let names = named.map(\.name)

    /// The profile with that name, written in any case; `nil` when there is none.
    public static func named(_ name: String) -> LinkProfile? {
        let wanted = name.lowercased()
        return named.first { $0.name == wanted }?.profile
    }
}
