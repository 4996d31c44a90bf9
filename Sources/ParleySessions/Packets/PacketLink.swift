package import ParleyProtocol
package import ParleySecurity
package import ParleySockets
import Synchronization

/// One end's packets of one session: the protocol's machine, the keys, and the addresses, under a lock.
///
/// Both ends use it. It seals what is to be sent and opens what came; its owner has the socket. The lock is held
/// for one packet at a time, and never while something waits.
package final class PacketLink: Sendable {
    struct State: ~Copyable {
        var machine: SessionPackets
        var codec: PacketCodec
        var addresses: PathAddresses
        /// How often the peer's address moved.
        var moves: UInt64 = 0
        /// The connection that has the tunnel; nil while there is none.
        var tunnel: Connection?
        /// When a server's welcome was sent, until the first packet over UDP: it tells the round trip.
        var welcomed: Duration?
        /// Whether so many packets were forged that the keys are not safe any more.
        var isExhausted = false
    }

    private let state: Mutex<State>

    /// The session.
    package let session: SessionNumber
    /// The end.
    package let end: SessionEnd
    /// Whether packets over UDP are sealed; false for a plain session, whose packets have tokens.
    package let isSealed: Bool

    /// A server's end.
    ///
    /// - Parameters:
    ///   - session: The session's number.
    ///   - protection: What protects its packets.
    ///   - maximumFailures: After how many failed openings the session ends.
    ///   - now: The time.
    package init(
        server session: SessionNumber, protection: consuming PacketProtection,
        maximumFailures: UInt64 = SessionPackets.mostFailures, at now: NetworkInstant
    ) {
        end = .server
        self.session = session
        let codec = protection.codec(.server, session: session)
        isSealed = codec.isSealed
        var machine = SessionPackets(
            server: session, tagCount: codec.tagCount,
            limits: codec.isSealed ? .sealed : .plain, at: now.sinceEpoch)
        machine.maximumFailures = maximumFailures
        state = Mutex(State(machine: machine, codec: codec, addresses: PathAddresses()))
    }

    /// A client's end.
    ///
    /// - Parameters:
    ///   - session: The number in the welcome.
    ///   - server: The address of the server's UDP socket.
    ///   - protection: What protects the packets.
    ///   - roundTrip: How long the server's answer to the hello took.
    ///   - maximumFailures: After how many failed openings the session ends.
    ///   - now: The time.
    package init(
        client session: SessionNumber, of server: SocketAddress,
        protection: consuming PacketProtection, roundTrip: Duration? = nil,
        maximumFailures: UInt64 = SessionPackets.mostFailures, at now: NetworkInstant
    ) {
        end = .client
        self.session = session
        let codec = protection.codec(.client, session: session)
        isSealed = codec.isSealed
        var machine = SessionPackets(
            client: session, server: PathAddresses.server, tagCount: codec.tagCount,
            limits: codec.isSealed ? .sealed : .plain, roundTrip: roundTrip, at: now.sinceEpoch)
        machine.maximumFailures = maximumFailures
        state = Mutex(
            State(machine: machine, codec: codec, addresses: PathAddresses(server: server)))
    }

    /// Asks or changes the state.
    func withState<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try state.withLock { (state) throws(Failure) in try body(&state) }
    }
}

// MARK: - Questions

extension PacketLink {
    /// The address to which packets go; nil before the first one came.
    package var address: SocketAddress? {
        withState { $0.addresses.path(of: $0.machine.paths.currentID)?.remote }
    }

    /// Whether the session has to end, because so many packets were forged that the keys are not safe any more.
    package var isExhausted: Bool { withState { $0.isExhausted } }

    /// How often the peer's address moved.
    package var moves: UInt64 { withState { $0.moves } }

    /// Whether packets over UDP are not acknowledged as they should be.
    package func isDoubtful(at now: NetworkInstant) -> Bool {
        withState { $0.machine.way == .tunnel || $0.machine.isDoubtful(at: now.sinceEpoch) }
    }
}

// MARK: - Connections

extension PacketLink {
    /// Packets through the tunnel go over this connection from now on; nil for none.
    package func useTunnel(_ connection: Connection?) {
        withState { $0.tunnel = connection }
    }

    /// The welcome is sent now. A client answers it at once, which shows the round trip.
    package func sendWelcome(at now: NetworkInstant) {
        withState { $0.welcomed = now.sinceEpoch }
    }

    /// A client's server is at another address, over another connection.
    package func moveServer(to address: SocketAddress) {
        withState { $0.addresses.moveServer(to: address) }
    }

    /// A server's end begins a new secret, because the session continues on another connection.
    ///
    /// - Returns: The epochs for the client.
    package func rebase(
        clientRandom: SessionRandom, serverRandom: SessionRandom, cipher: AEADCipher
    ) -> BaseEpochs {
        // A plain session has no keys to change.
        guard isSealed else { return BaseEpochs(toServer: 0, toClient: 0) }
        return withState { state in
            let base = state.machine.rebase()
            state.codec.rebase(
                PacketSecrets(
                    session: session, clientRandom: clientRandom.bytes.span,
                    serverRandom: serverRandom.bytes.span, cipher: cipher), to: base)
            return base
        }
    }

    /// A client's end begins the new secret of the server's answer.
    ///
    /// - Returns: False for epochs that no correct server chooses.
    package func rebase(
        to base: BaseEpochs, clientRandom: SessionRandom, serverRandom: SessionRandom,
        cipher: AEADCipher, at now: NetworkInstant
    ) -> Bool {
        withState { state in
            guard state.machine.rebase(to: base, at: now.sinceEpoch) else { return false }
            state.codec.rebase(
                PacketSecrets(
                    session: session, clientRandom: clientRandom.bytes.span,
                    serverRandom: serverRandom.bytes.span, cipher: cipher), to: base)
            return true
        }
    }
}
