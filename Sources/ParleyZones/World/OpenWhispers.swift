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

    /// Why one more is not sought.
    enum Refusal: Equatable {
        /// The speaker's own are too many.
        case ofSpeaker
        /// All speakers' are.
        case ofAll
    }

    /// How many are sought at a time. One more is refused.
    static let limit = 1_024
    /// How many of them are one account's, over all its connections: no speaker keeps the others from theirs.
    static let limitOfSpeaker = 16
    /// How long one is sought.
    static let patience = Duration.milliseconds(PeerMessageTable.row(.seek).deadline)

    private var open: [UInt64: Whisper] = [:]
    /// How many are each account's. As many entries as open whispers, at the most.
    private var countOfSpeaker: [String: Int] = [:]

    /// Begins to seek a hearer.
    ///
    /// - Parameter number: A random number, which the answers name.
    /// - Returns: Nil, or why it is not sought.
    mutating func seek(
        _ number: UInt64, _ message: WhisperMessage, of speaker: UInt64, at now: Duration
    ) -> Refusal? {
        guard countOfSpeaker[message.name, default: 0] < Self.limitOfSpeaker else {
            return .ofSpeaker
        }
        guard open.count < Self.limit else { return .ofAll }
        open[number] = Whisper(
            speaker: speaker, message: message, until: now + Self.patience)
        countOfSpeaker[message.name, default: 0] += 1
        return nil
    }

    /// The hearer was found: takes the words; nil if they are on their way already, or were given up.
    mutating func take(_ number: UInt64) -> Whisper? {
        guard let whisper = open.removeValue(forKey: number) else { return nil }
        let left = countOfSpeaker[whisper.message.name, default: 1] - 1
        countOfSpeaker[whisper.message.name] = left > 0 ? left : nil
        return whisper
    }

    /// Takes those whose hearers were not found in time.
    mutating func giveUp(at now: Duration) -> [Whisper] {
        open.filter { $0.value.until <= now }.keys.sorted().compactMap { take($0) }
    }
}
