import ArenaGame
import Parley

extension Vital {
    /// The numbers of the link and of prediction that a player sees.
    static func of(
        _ statistics: PlayStatistics, _ frame: GameFrame<ArenaRules>, isPredicting: Bool
    ) -> [Vital] {
        let link = statistics.link
        let trip = link.roundTripTime.map { "\($0.text) ± \(link.roundTripVariation.text)" }
        let late = Double(frame.tick.units - frame.moment.units) / Double(TickTime.unitsPerTick)
        let lateness = late / Double(frame.tickRate) * 1_000
        return [
            Vital("round trip", trip ?? "–"),
            Vital(
                "lost",
                "\(percent(statistics.snapshotLoss)) in, \(percent(statistics.commandLoss)) out"),
            Vital("margin", statistics.margin?.text ?? "–"),
            Vital(
                "prediction",
                isPredicting ? "on, \(statistics.ticksAhead.counted("tick")) ahead" : "OFF"),
            Vital("corrected", "\(statistics.correctionsPerSecond.text(digits: 1)) a second"),
            Vital("deviation", "\((frame.deviation * 100).text(digits: 0)) cm"),
            Vital("others", "\(lateness.text(digits: 0)) ms behind you"),
        ]
    }

    /// Whether others on the way can read along, and by what the server was verified.
    static func of(_ security: SessionSecurity) -> Vital {
        switch security {
        case .plain: Vital("privacy", "none: not encrypted")
        case .encrypted(let peer):
            switch peer.verification {
            case .publicKey: Vital("privacy", "encrypted, known key")
            case .system, .authority, .realm: Vital("privacy", "encrypted, known name")
            case .none: Vital("privacy", "encrypted, unverified")
            }
        }
    }

    private static func percent(_ share: Double) -> String {
        (share * 100).text(digits: 1) + " %"
    }
}
