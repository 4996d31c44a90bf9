import ParleySockets

/// The moment up to which silence is held against a peer, as a value: times go in and come out.
///
/// After a long step the peers' bytes still wait in the system's buffers, so a peer that seems silent
/// may not be. Silence is therefore judged as of the round before: the loop has read since then what
/// had arrived by then. In an overload that lasts, timeouts come a round late, but they come.
struct SilenceWatch: Sendable {
    /// The time between two rounds.
    static let interval = Duration.milliseconds(50)

    private var previous: NetworkInstant

    /// A watch whose first round comes after this moment.
    init(at now: NetworkInstant) {
        previous = now
    }

    /// Begins a round.
    ///
    /// - Returns: The moment as of which deadlines are judged in this round.
    mutating func advance(to now: NetworkInstant) -> NetworkInstant {
        defer { previous = now }
        return previous
    }
}
