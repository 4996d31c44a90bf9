package import ParleyDatagrams
import ParleyProtocol

/// The time limits of a client's session, and what it keeps for another connection.
package struct ClientSessionConfiguration: Hashable, Sendable {
    /// What protects the connections, and how the server is verified.
    package var security = StreamSecurity.Client.automatic
    /// What proves who the player is; sent once the server is verified.
    package var ticket = Datagram()
    /// The limit for connecting, the look-up of the name included.
    package var connectTimeout = Duration.seconds(10)
    /// How long the server may take to answer the hello.
    package var welcomeTimeout = Duration.seconds(10)
    /// How long the server may be silent before the connection is given up.
    package var serverTimeout = Duration.seconds(10)
    /// How long the client tries to get another connection; `.zero` for not at all.
    package var reconnectsFor = Duration.seconds(30)
    /// How many bytes of the newest messages are kept, to be sent again on another connection.
    package var maximumResendBytes = 64 * 1_024
    /// How long the connection is given to take the last bytes.
    package var closingTimeout = Duration.seconds(2)

    /// Packets with a wrong tag, after which the session ends.
    package var failedOpenings = SessionPackets.mostFailures

    /// The limits above.
    package init() {}

    /// The bytes that are kept in fact: a session that does not reconnect keeps none.
    var resendBytes: Int { reconnectsFor > .zero ? max(0, maximumResendBytes) : 0 }
}
