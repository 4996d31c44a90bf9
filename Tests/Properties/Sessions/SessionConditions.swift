import ParleySimulation

extension Conditions {
    /// A second of latency, a quarter of all packets lost and a quarter doubled: the link of yojimbo's soak test.
    static let distant = Conditions(
        "distant",
        LinkProfile(
            latency: .seconds(1), jitter: .milliseconds(100), loss: .independent(0.25),
            duplication: 0.25))

    /// The same with damage and detours, and players whose addresses change, as those of telephones do: by a router
    /// that forgets them, or by another network, which also breaks their connections.
    static let moving: Conditions = {
        var links = Conditions.distant.links
        links.corruption = 0.05
        links.reordering = Reordering(probability: 0.1, delay: .milliseconds(300))
        var faults = Faults.none
        faults.rebindings = 3
        faults.resets = 1
        return Conditions("moving", links, faults)
    }()
}
