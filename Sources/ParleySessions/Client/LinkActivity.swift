package import ParleySockets

/// When the server was last heard, over TCP and over UDP, and what that means for the player.
///
/// A server that is heard over TCP alone is there, and something blocks its datagrams. Whoever asks
/// must ping: a server sends no datagram that is not due.
package struct LinkActivity: Hashable, Sendable {
    /// After this time without a message or a datagram the server counts as silent.
    package static let silenceLimit = Duration.seconds(1)
    /// A ping and its answer fit in this time on a usual link, with two pings lost.
    private static let answerTime = Duration.milliseconds(500)

    private let began: NetworkInstant
    private var lastMessage: NetworkInstant
    private var lastDatagram: NetworkInstant?
    /// From when on datagrams are missed; nil while nothing shows that one is due.
    private var missesDatagramsFrom: NetworkInstant?

    /// The activity of a session that the server has just begun.
    ///
    /// - Parameters:
    ///   - now: When the welcome came.
    ///   - wait: How long the welcome took: a datagram may take as long.
    package init(since now: NetworkInstant, after wait: Duration) {
        began = now
        lastMessage = now
        reconnect(at: now, after: wait)
    }

    /// Notes that the session goes on over another connection. Datagrams that were missed before
    /// stay missed until one comes.
    ///
    /// - Parameters:
    ///   - now: When the server's answer came.
    ///   - wait: How long the answer took.
    package mutating func reconnect(at now: NetworkInstant, after wait: Duration) {
        lastMessage = now
        if let missesDatagramsFrom, missesDatagramsFrom <= now { return }
        missesDatagramsFrom = now.advanced(
            by: max(Self.silenceLimit, wait + Self.answerTime))
    }

    /// Notes a message over TCP.
    ///
    /// The server was there when it sent the message. If no datagram came for a while before, and
    /// none comes now, then none gets through.
    package mutating func hearMessage(at now: NetworkInstant) {
        lastMessage = max(lastMessage, now)
        guard missesDatagramsFrom == nil, datagramSilence(at: now) >= Self.answerTime else {
            return
        }
        missesDatagramsFrom = now.advanced(by: Self.answerTime)
    }

    /// Notes a datagram.
    package mutating func hearDatagram(at now: NetworkInstant) {
        lastDatagram = now
        missesDatagramsFrom = nil
    }

    /// How long nothing has come.
    package func silence(at now: NetworkInstant) -> Duration { lastHeard.duration(to: now) }

    /// How long no datagram has come.
    package func datagramSilence(at now: NetworkInstant) -> Duration {
        (lastDatagram ?? began).duration(to: now)
    }

    private var lastHeard: NetworkInstant { max(lastMessage, lastDatagram ?? began) }

    /// What the player sees: playing, silent or without datagrams.
    package func state(at now: NetworkInstant) -> ClientConnectionState {
        if let missesDatagramsFrom, now >= missesDatagramsFrom {
            return .playingOverTCP(since: lastDatagram ?? began)
        }
        return silence(at: now) >= Self.silenceLimit ? .silent(since: lastHeard) : .playing
    }
}
