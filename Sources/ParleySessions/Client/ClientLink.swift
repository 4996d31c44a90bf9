import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySockets
import Synchronization

/// Where a session's messages and packets go.
struct ClientRoute: Sendable {
    /// The newest connection; the lost one while there is none.
    var connection: Connection
    let socket: DatagramSocket
    /// The packets, over UDP and the tunnel.
    let packets: PacketLink
    let udpPort: UInt16
    var security: SessionSecurity { SessionSecurity(connection.security) }
}

/// The state that a session's tasks share, under a lock.
///
/// Locked instead of isolated to the session, so that a datagram in or out changes no executor: that
/// would cost more than all the rest of it.
final class ClientLink: Sendable {
    private struct Shared {
        var state: ClientSessionState
        var route: ClientRoute?
        /// Fulfilled with the next connection, or the end.
        var next = Promise<Void>()
        /// Ends the connection from this side.
        var interruption = Promise<ClientSessionError>()

        /// The session has new keys.
        func rebase(
            to resumed: SessionResumed, at now: NetworkInstant
        ) throws(ClientSessionError) {
            guard let route, route.packets.isSealed, let random = state.newestRandom,
                let cipher = state.welcome.flatMap({ AEADCipher(rawValue: $0.cipher) })
            else { return }
            let isPossible = route.packets.rebase(
                to: resumed.base, clientRandom: random, serverRandom: resumed.random,
                cipher: cipher, at: now)
            guard isPossible else { throw .protocolViolation("it begins an impossible epoch") }
        }

        /// The session goes on over another connection, to the same UDP port.
        mutating func move(to connection: Connection) {
            guard let route else { return }
            self.route?.connection = connection
            var server = connection.remoteAddress
            server.port = route.udpPort
            route.packets.moveServer(to: server)
            route.packets.useTunnel(connection)
        }
    }

    private let shared: Mutex<Shared>
    /// After how many failed openings the session ends.
    private let maximumFailures: UInt64

    init(_ state: ClientSessionState, maximumFailures: UInt64) {
        self.maximumFailures = maximumFailures
        shared = Mutex(Shared(state: state))
    }

    /// Where packets go; nil while there is no session.
    var route: ClientRoute? { shared.withLock { $0.route } }

    /// Asks or changes the state.
    func withState<Result: ~Copyable, Failure: Error>(
        _ body: (inout ClientSessionState) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try shared.withLock { (shared) throws(Failure) in try body(&shared.state) }
    }

    // MARK: Connections

    /// What follows from a message, for the tasks of a session.
    enum Event {
        case began(ServerWelcome)
        case resumed
        case notice(Datagram)
        case packet(Datagram)
    }

    /// Takes a message of the server.
    ///
    /// - Parameter random: The client's part of the first keys.
    func receive(
        _ message: ServerMessage, over connection: Connection, and socket: DatagramSocket,
        random: SessionRandom, at now: NetworkInstant
    ) throws(ClientSessionError) -> Event {
        var waiting: Promise<Void>?
        defer { waiting?.fulfil(()) }
        return try shared.withLock { (shared) throws(ClientSessionError) in
            switch try shared.state.receive(message, at: now) {
            case .begin(let welcome):
                let packets = try packets(
                    of: welcome, over: connection, random,
                    roundTrip: shared.state.answerTime(at: now), at: now)
                shared.route = ClientRoute(
                    connection: connection, socket: socket, packets: packets,
                    udpPort: welcome.udpPort)
                return .began(welcome)
            case .resume(let missing, let resumed):
                try shared.rebase(to: resumed, at: now)
                // All of them have room. If the connection ends, they are sent on the next one.
                for message in missing { try? connection.offer(message) }
                shared.move(to: connection)
                waiting = shared.next
                shared.next = Promise()
                return .resumed
            case .receive(let packet):
                return .packet(packet)
            case .deliver(let payload):
                return .notice(payload)
            }
        }
    }

    /// The packets of the session that a welcome begins.
    private func packets(
        of welcome: ServerWelcome, over connection: Connection, _ random: SessionRandom,
        roundTrip: Duration, at now: NetworkInstant
    ) throws(ClientSessionError) -> PacketLink {
        guard
            (welcome.cipher != PacketProtection.tokensNumber) == connection.security.isEncrypted,
            let protection = PacketProtection(
                number: welcome.cipher, session: welcome.session, clientRandom: random,
                serverRandom: welcome.random)
        else {
            throw .protocolViolation("it protects packets in an unknown way (\(welcome.cipher))")
        }
        var server = connection.remoteAddress
        server.port = welcome.udpPort
        let packets = PacketLink(
            client: welcome.session, of: server, protection: protection, roundTrip: roundTrip,
            maximumFailures: maximumFailures, at: now)
        packets.useTunnel(connection)
        return packets
    }

    /// Returns the promise that ends the next connection from this side.
    func beginConnection() -> Promise<ClientSessionError> {
        shared.withLock { shared in
            shared.interruption = Promise()
            return shared.interruption
        }
    }

    /// Ends the connection from this side.
    func interrupt(_ error: ClientSessionError) {
        shared.withLock { $0.interruption }.fulfil(error)
    }

    func end() {
        let waiting = shared.withLock { shared in
            shared.route = nil
            shared.state.end()
            return shared.next
        }
        waiting.fulfil(())
    }

    // MARK: Messages

    /// The result of posting a message.
    enum Posting {
        /// It was sent, or is queued for the next connection.
        case done
        /// The connection takes no more for now.
        case full(Connection)
        /// As many wait for the next connection as may.
        case waits(Promise<Void>)
        case failed(SendError)
        case notJoined
    }

    /// Sends a message over TCP: at once, or on the next connection.
    ///
    /// The lock is held over both the counting and the queueing, so that both are in one order.
    ///
    /// - Parameter canWait: Whether there will be another connection.
    func post(_ message: Datagram, canWait: Bool) -> Posting {
        shared.withLock { shared in
            guard let route = shared.route else { return .notJoined }
            if !shared.state.isLost {
                do throws(SendError) {
                    try route.connection.offer(message)
                    shared.state.messages.append(message)
                    return .done
                } catch {
                    switch error {
                    case .queueFull: return .full(route.connection)
                    // The reader has not noticed yet.
                    case .closed where canWait: break
                    default: return .failed(error)
                    }
                }
            }
            return shared.state.messages.queue(message) ? .done : .waits(shared.next)
        }
    }
}
