package import ParleySockets

/// The tries to get another connection after one was lost: when to make them, and until when.
package struct ReconnectSchedule: Sendable {
    /// Why the connection was lost. The error that ends the session names it if there is no other.
    package let reason: ClientSessionError
    private let deadline: NetworkInstant
    private var tries = 0

    /// The first tries follow fast: most outages are a change of the network.
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(1)
    private static let firstPatience = Duration.seconds(2)

    /// A schedule that begins now.
    package init(_ reason: ClientSessionError, since now: NetworkInstant, limit: Duration) {
        self.reason = reason
        deadline = now.advanced(by: limit)
    }

    /// How long the current try may take: 2 s, then 4, then 8, as far as there is time.
    ///
    /// A new try finds a network that is back sooner than an old one whose packets were lost, whose
    /// repetitions come further and further apart.
    package func patience(at now: NetworkInstant) -> Duration {
        let wanted = Self.firstPatience * (1 << min(max(tries - 1, 0), 8))
        return min(wanted, max(now.duration(to: deadline), .zero))
    }

    /// When to try again; nil when the time is over.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - random: Keeps the players of one server from reconnecting at the same moment.
    package mutating func nextTry(
        at now: NetworkInstant, random: inout some RandomNumberGenerator
    ) -> NetworkInstant? {
        guard now < deadline else { return nil }
        defer { tries += 1 }
        guard tries > 0 else { return now }
        let pause = min(Self.firstPause * (1 << min(tries - 1, 8)), Self.longestPause)
        return now.advanced(by: pause * Double.random(in: 0.5...1, using: &random))
    }
}
