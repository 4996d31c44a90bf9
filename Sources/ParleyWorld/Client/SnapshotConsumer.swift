import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// The predicting part of a client: it receives the world snapshots of a session, and sends
/// commands.
protocol SnapshotConsumer: Sendable {
    /// The hash of the entities' schema, which the server compares with its own.
    var schemaHash: UInt64 { get }

    /// Begins with the welcome.
    func begin(tickRate: Int)

    /// Receives a packet of a world snapshot.
    ///
    /// - Returns: The snapshot's tick; nil when the packet was of no use.
    func receive(_ bytes: Datagram, roundTrip: Duration?, at now: NetworkInstant) -> Tick?

    /// Sends commands as they are due, for as long as the session lasts.
    func play(in session: ClientSession, on clock: any NetworkClock) async throws
}
