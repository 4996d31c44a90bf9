/// What holds on a link, and in what time.
struct LinkBounds: Sendable {
    /// The name of the link's profile.
    let link: String
    /// The share of a player's commands that the server may miss from five to eight seconds after
    /// everybody joined. A client that has just joined does not know yet how long its link's bursts
    /// of losses are, and three seconds are little, so this is wide; of 500 worlds of each link one
    /// was beyond it (awful, seed 184). `TargetTests` holds what a whole minute has.
    let missedShare: Double
    /// How often a client's clock may jump from joining on.
    let jumps: Int
    /// How long after the links were mended what was sent before is still heard of.
    let echo: Duration
    /// Whether TCP may stand still for so long that a session is lost.
    var losesSessions = false

    static let all = [
        LinkBounds(link: "lan", missedShare: 0, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "wifi", missedShare: 0.5, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "4g", missedShare: 0.4, jumps: 1, echo: .seconds(2)),
        LinkBounds(link: "3g", missedShare: 0.5, jumps: 2, echo: .seconds(3)),
        LinkBounds(link: "transatlantic", missedShare: 0.12, jumps: 1, echo: .seconds(2)),
        LinkBounds(
            link: "awful", missedShare: 0.5, jumps: 4, echo: .seconds(5), losesSessions: true),
    ]
}
