import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets

/// The predicting part of a client: it receives the world snapshots of a session, and sends
/// commands.
protocol SnapshotConsumer: Sendable {
    /// The hash of the entities' schema, which the server compares with its own.
    var schemaHash: UInt64 { get }

    /// The session begins, at this rate.
    func sessionDidBegin(tickRate: Int)

    /// Receives a packet of a world snapshot.
    ///
    /// - Returns: The snapshot's tick; nil when the packet was of no use.
    func receive(_ bytes: Datagram, roundTrip: Duration?, at now: NetworkInstant) -> Tick?

    /// Sends commands as they are due, for as long as the session lasts.
    func sendCommands(in session: ClientSession) async throws
}
