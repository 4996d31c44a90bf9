package import ParleyDatagrams
package import ParleyHandoff
package import ParleySockets

/// What happened to a server's links, for logs.
package enum PeerEvent: Hashable, Sendable {
    /// There is a link with a server.
    case linked(PeerName)
    /// A link has ended; without a name if its peer had not said who it is.
    case unlinked(PeerName?, PeerLinkEnding)
    /// A server could not be dialled. Dialling goes on.
    case unreachable(PeerName, ConnectError)
    /// A message could not be sent: it is too long, one that this server may not send there, or one that the version of
    /// the link does not have.
    case unsendable(PeerName, DatagramError)
}

/// Why a link ended.
package enum PeerLinkEnding: Error, Hashable, Sendable {
    /// The connection ended.
    case closed(CloseReason)
    /// This server stops.
    case stopped
    /// The same peer has made a newer link.
    case replaced
    /// No hello came in time.
    case noHello
    /// The peer speaks no version of the messages that this server speaks.
    case otherVersion(PeerVersionError)
    /// The peer's lease and this server's would let a zone act that was given up.
    case otherLease(PeerDifference)
    /// The peer is not a server of this realm, or says that it is this one.
    case unknown(PeerName)
    /// Another server answered than the one that was dialled.
    case unexpected(PeerName)
    /// The peer's certificate names another server than its hello; nil for one without a name.
    case otherCertificate(String?)
    /// A message is too long, malformed, or one that its sender may not send.
    case violation(DatagramError)

    /// Whether the peer broke a rule, or is none of this realm.
    package var isRefusal: Bool {
        switch self {
        case .closed(.protocolViolation), .closed(.security): true
        case .noHello, .otherVersion, .otherLease, .unknown, .unexpected, .otherCertificate,
            .violation:
            true
        case .closed, .stopped, .replaced: false
        }
    }
}

/// The counts of a server's links since its start.
package struct PeerStatistics: Hashable, Sendable {
    /// The links that there are.
    package var links = 0
    /// Messages queued on a link.
    package var sent = 0
    /// Messages received, hellos not counted.
    package var received = 0
    /// Messages dropped: there was no link, or too much waited on it.
    package var dropped = 0
    /// Messages that could not be sent on any link.
    package var unsendable = 0
    /// Links closed because the peer broke a rule, or is none of this realm.
    package var refused = 0
    /// Those of them whose peers speak no version of the messages that this server speaks.
    package var otherVersions = 0
    /// What the newest of these speaks.
    package var newestVersionError: PeerVersionError?
    /// What is different at other servers, in a sentence each.
    package var differences: Set<String> = []
    /// Accepted connections that failed in their handshake: their peers showed no certificate of the realm. No
    /// event tells of them, because anyone can cause them.
    package var failedHandshakes: UInt64 = 0
}

extension PeerStatistics {
    /// What a log says of links that were refused.
    var refusals: [(level: ServerLogLine.Level, text: String, count: UInt64)] {
        let all = (
            level: ServerLogLine.Level.warning, text: "links of other servers were refused",
            count: UInt64(clamping: refused) + failedHandshakes
        )
        var refusals = [all]
        if let newestVersionError {
            let text = "links of servers of another version were refused: \(newestVersionError)"
            refusals.append((.error, text, UInt64(clamping: otherVersions)))
        }
        return refusals + differences.sorted().map { (.error, $0, 1) }
    }
}

/// The credentials of a server are not its own.
package struct PeerCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server.
    package let name: PeerName
    /// The name in the certificate.
    package let certificate: String

    /// What is wrong, in a sentence.
    package var description: String { "\(name) has the certificate of \(certificate)" }
}

/// A message and the server that sent it.
package struct ReceivedPeerMessage: Hashable, Sendable {
    /// The sender, by its certificate where links have them.
    package let sender: PeerName
    /// The message.
    package let message: PeerMessage
}
