import ParleyHandoff

/// Whispers whose hearers are sought at the other world servers.
///
/// The first server that has the hearer gets the words, and no other one: so they arrive at most once.
struct OpenWhispers: Sendable {
    struct Whisper: Sendable {
        /// The speaker's link to this world server.
        var speaker: UInt64
        var message: WhisperMessage
        var until: Duration
    }

    /// How many are sought at a time. One more is refused.
    static let limit = 1_024
    /// How long one is sought.
    static let patience = Duration.milliseconds(PeerMessageTable.row(.seek).deadline)

    private var open: [UInt64: Whisper] = [:]

    /// Begins to seek a hearer.
    ///
    /// - Parameter number: A random number, which the answers name.
    /// - Returns: False if too many are sought.
    mutating func seek(
        _ number: UInt64, _ message: WhisperMessage, of speaker: UInt64, at now: Duration
    ) -> Bool {
        guard open.count < Self.limit else { return false }
        open[number] = Whisper(
            speaker: speaker, message: message, until: now + Self.patience)
        return true
    }

    /// The hearer was found: takes the words; nil if they are on their way already, or were given up.
    mutating func take(_ number: UInt64) -> Whisper? { open.removeValue(forKey: number) }

    /// Takes those whose hearers were not found in time.
    mutating func giveUp(at now: Duration) -> [Whisper] {
        let late = open.filter { $0.value.until <= now }.sorted { $0.key < $1.key }
        for (number, _) in late { open[number] = nil }
        return late.map(\.value)
    }
}
