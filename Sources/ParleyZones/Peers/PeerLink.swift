import ParleyDatagrams
import ParleyHandoff
import ParleySockets

/// A connection with another server.
final class PeerLink: Sendable {
    let connection: Connection
    /// Whether this server has dialled.
    let isDialled: Bool
    /// The peer, once it has said hello.
    let peer = Promise<PeerHello>()
    /// The version of its messages, once the peer has said hello.
    let version = Promise<UInt16>()
    private let ended = Promise<PeerLinkEnding>()

    init(_ connection: Connection, isDialled: Bool) {
        self.connection = connection
        self.isDialled = isDialled
    }

    /// Why this side ended the link; nil while it did not.
    var ending: PeerLinkEnding? { ended.current }

    /// Ends the link, in any thread: nothing more is received. Its task closes the connection.
    func end(_ ending: PeerLinkEnding) {
        guard ended.fulfil(ending) else { return }
        connection.stopDelivering()
    }

    /// Queues a message, which leaves at the end of the loop's turn.
    func offer(_ bytes: Datagram) throws(SendError) {
        try connection.offer(bytes)
    }
}
