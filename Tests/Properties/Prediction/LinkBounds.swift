/// The bounds that hold on a link.
struct LinkBounds: Sendable {
    /// The name of the link's profile.
    let link: String
    /// The share of a player's commands that the server may miss from five to eight seconds after
    /// the last player joined. A new client does not know yet how long its link's bursts of losses
    /// are, and three seconds are a short sample, so the bound is wide. Of 500 worlds of each link
    /// one missed more than half (wifi, seed 4: 109 of 180), for a reason not yet found.
    /// `TargetTests` checks a whole minute.
    let missedShare: Double
    /// How often a client's clock may jump from joining on. The tunnel has another delay, which varies by
    /// seconds on `awful` (seed 9: five jumps of a player who was in it from 14 to 22 s).
    let jumps: Int
    /// How long after the links recovered earlier packets may still arrive.
    let echo: Duration
    /// Whether TCP may stand still for so long that a session is lost.
    var losesSessions = false

    static let all = [
        LinkBounds(link: "lan", missedShare: 0, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "wifi", missedShare: 0.65, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "4g", missedShare: 0.4, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "3g", missedShare: 0.5, jumps: 2, echo: .seconds(3)),
        LinkBounds(link: "transatlantic", missedShare: 0.12, jumps: 1, echo: .seconds(2)),
        LinkBounds(
            link: "awful", missedShare: 0.5, jumps: 6, echo: .seconds(5), losesSessions: true),
    ]

    /// Those of `lan` where clocks drift.
    static let drifting = LinkBounds(link: "lan", missedShare: 0.1, jumps: 1, echo: .seconds(2))
}
