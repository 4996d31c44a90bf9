import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks

/// A manager with an encrypted listener.
struct SecureStage {
    let manager: ConnectionManager
    let listener: ConnectionListener
    let identity: TLSIdentity
    var address: SocketAddress { listener.localAddress }

    /// An encrypted connection to the listener.
    func connect(
        _ security: StreamSecurity.Client = .automatic, host: String = "localhost"
    ) async throws -> Connection {
        try await manager.connect(to: host, port: address.port, security: security)
    }

    /// The next connection that the listener hands out.
    func accept() async throws -> Connection {
        for await connection in listener.connections { return connection }
        throw StageError.listenerEnded
    }

    /// Two encrypted connections that are each other's peers.
    func pair() async throws -> (Connection, Connection) {
        (try await connect(), try await accept())
    }

    /// A connection below TLS, which sends and receives bytes.
    func rawPeer() async throws -> Connection {
        try await manager.connect(to: address, options: ConnectionOptions(framing: .raw))
    }

    /// A peer that speaks TLS and can break its rules.
    func tlsPeer() async throws -> TLSPeerAtWork {
        let context = try TLSClientContext(trust: .pin(identity.pin))
        return TLSPeerAtWork(
            try TLSEngine(
                connecting: context, host: "localhost", port: address.port, time: 0),
            over: try await rawPeer())
    }

    /// The reason of the next end that the manager reports for a connection that the listener accepted.
    func nextServerEnd() async throws -> CloseReason {
        for await end in manager.terminations where end.remoteAddress.port != address.port {
            return end.reason
        }
        throw StageError.listenerEnded
    }

    /// Checks that other clients get in: a new pair exchanges a datagram both ways.
    func othersGoOn() async throws -> Bool {
        let (client, server) = try await pair()
        let question = Datagram(bytes: "question".utf8)
        try await client.send(question)
        guard await server.next() == question else { return false }
        try await server.send(question)
        let answered = await client.next() == question
        await client.close()
        return answered
    }
}

enum StageError: Error { case listenerEnded }

/// Runs `body` with an encrypted listener on 127.0.0.1 of the network of the test, and closes everything
/// afterwards.
func onSecureStage(
    _ options: ConnectionOptions = .init(), limits: ConnectionLimits = .init(),
    identity: TLSIdentity? = nil, _ body: (SecureStage) async throws -> Void
) async throws {
    let network = TestNetwork.current.network
    try await ConnectionManager.run(network: network, limits: limits) { manager in
        let identity = try identity ?? TLSIdentity()
        let listener = try await manager.listen(
            host: "127.0.0.1", options: options, security: .tls(identity))
        try await body(SecureStage(manager: manager, listener: listener, identity: identity))
    }
}

/// TLS over a connection that carries bytes, driven by hand.
final class TLSPeerAtWork {
    let engine: TLSEngine
    let raw: Connection
    private(set) var plaintext: [UInt8] = []

    init(_ engine: TLSEngine, over raw: Connection) {
        self.engine = engine
        self.raw = raw
    }

    /// What waits to be sent.
    func takeOutput() -> [UInt8] {
        let bytes = engine.withOutput { span in span.indices.map { span[$0] } }
        engine.consumeOutput(bytes.count)
        return bytes
    }

    /// Sends what waits.
    func flush() async throws {
        let bytes = takeOutput()
        if !bytes.isEmpty { try await raw.send(Datagram(bytes: bytes)) }
    }

    /// Receives what comes next; false at the end of the stream.
    func receive() async throws -> Bool {
        guard let datagram = await raw.next() else {
            try engine.receiveEnd()
            return false
        }
        var memory = [UInt8](repeating: 0, count: TLSEngine.largestRecord)
        var scratch = memory.mutableSpan
        var new: [UInt8] = []
        try engine.receive(datagram.bytes.span, at: .zero, scratch: &scratch) { part in
            new += part.indices.map { part[$0] }
        }
        plaintext += new
        return true
    }

    func handshake() async throws {
        try await flush()
        while engine.state == .handshaking, try await receive() {}
        try await flush()
    }

    func send(_ bytes: [UInt8]) async throws {
        _ = try engine.seal(bytes.span)
        try await flush()
    }
}

extension Connection {
    /// The next datagram; what comes after it stays for the next call.
    nonisolated func next() async -> Datagram? {
        for await datagram in datagrams { return datagram }
        return nil
    }

    /// Everything until the end.
    nonisolated func rest() async -> [Datagram] {
        await datagrams.reduce(into: []) { $0.append($1) }
    }
}

/// A frame with Panda3D's 2-byte header.
func frame(_ payload: some Collection<UInt8>) -> [UInt8] {
    [UInt8(truncatingIfNeeded: payload.count), UInt8(truncatingIfNeeded: payload.count >> 8)]
        + payload
}
