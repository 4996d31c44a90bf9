import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// Who watches the shows of a session, and plays: the part of a predicting client that is not the
/// session's.
protocol SnapshotConsumer: Sendable {
    /// The hash of the entities' schema, which the server compares with its own.
    var schemaHash: UInt64 { get }

    /// Begins with the welcome.
    func begin(tickRate: Int)

    /// A packet of a show came.
    ///
    /// - Returns: The tick that it shows; nil when nothing of it was of use.
    func receive(_ bytes: Datagram, roundTrip: Duration?, at now: NetworkInstant) -> Tick?

    /// Sends commands as they are due, for as long as the session lasts.
    func play(in session: ClientSession, on clock: any NetworkClock) async throws
}
