import Foundation
import ParleyDatagrams
import ParleySockets
import TestNetworks

/// A manager with a listener.
struct Stage {
    let manager: ConnectionManager
    let listener: ConnectionListener
    var address: SocketAddress { listener.localAddress }

    /// The next accepted connection.
    func accept() async throws -> Connection {
        for await connection in listener.connections { return connection }
        throw StageError.listenerEnded
    }

    /// A plain peer and the connection that Parley has made of it.
    func plainPair(receiveBuffer: Int32? = nil) async throws -> (any Peer, Connection) {
        let peer = try await connectedPeer(to: address, receiveBuffer: receiveBuffer)
        return (peer, try await accept())
    }

    /// The same with a peer that is the system's for certain.
    func systemPair(receiveBuffer: Int32? = nil) async throws -> (PlainPeer, Connection) {
        let peer = try await PlainPeer.connected(to: address, receiveBuffer: receiveBuffer)
        return (peer, try await accept())
    }

    /// Two connections of Parley's that are each other's peers.
    func pair(_ options: ConnectionOptions = .init()) async throws -> (Connection, Connection) {
        let client = try await manager.connect(to: address, options: options)
        return (client, try await accept())
    }

    /// Checks that other peers are served: a new pair exchanges a datagram both ways.
    func othersGoOn(_ options: ConnectionOptions = .init()) async throws -> Bool {
        let (client, server) = try await pair(options)
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

/// Runs `body` with a listener on 127.0.0.1 of the network of the test, and closes everything
/// afterwards.
func onStage(
    _ options: ConnectionOptions = .init(), limits: ConnectionLimits = .init(),
    host: String = "127.0.0.1", backlog: Int = 1000,
    _ body: (Stage) async throws -> Void
) async throws {
    let network = TestNetwork.current.network
    try await ConnectionManager.run(network: network, limits: limits) { manager in
        let listener = try await manager.listen(host: host, backlog: backlog, options: options)
        try await body(Stage(manager: manager, listener: listener))
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

extension ConnectionOptions {
    /// The default options, changed by `change`.
    static func with(_ change: (inout ConnectionOptions) -> Void) -> ConnectionOptions {
        var options = ConnectionOptions()
        change(&options)
        return options
    }
}

/// How many entries a folder of /proc/self has: descriptors ("fd"), threads ("task").
func countOfProcess(_ kind: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(kind)").count) ?? -1
}
