import ParleyDatagrams
import ParleySockets
import Synchronization
import TestNetworks
import Testing

/// Scopes: a connection is closed when the closure that serves it ends.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ServingTests {
    struct Refusal: Error {}

    /// Runs `body` while the listener serves with `serve`.
    func whileServing(
        _ serve: @escaping @Sendable (Connection) async throws -> Void,
        onError: @escaping @Sendable (Connection, any Error) -> Void = { _, _ in },
        _ body: (Stage) async throws -> Void
    ) async throws {
        try await onStage { stage in
            let serving = startTask { try await stage.listener.serve(serve, onError: onError) }
            try await body(stage)
            await stage.listener.close()
            try await serving.value
            #expect(stage.manager.connections.isEmpty)
        }
    }

    @Test func aConnectionIsClosedWhenItsClosureReturns() async throws {
        try await whileServing { connection in
            for await datagram in connection.datagrams {
                try await connection.send(datagram)
                return
            }
        } _: { stage in
            for number in 0..<3 {
                let peer = try await connectedPeer(to: stage.address)
                await peer.send(frame([UInt8(number)]))
                // Queued datagrams leave before the end.
                let seen = await peer.readToEnd()
                #expect(seen.bytes == frame([UInt8(number)]) && seen.ending == .end)
                peer.close()
            }
        }
    }

    @Test func anErrorEndsItsOwnConnectionOnly() async throws {
        let errors = Mutex<[ConnectionID]>([])
        try await whileServing { connection in
            for await datagram in connection.datagrams {
                try await connection.send(datagram)
                if datagram.isEmpty { throw Refusal() }
            }
        } onError: { connection, error in
            #expect(error is Refusal)
            errors.withLock { $0.append(connection.id) }
        } _: { stage in
            let good = try await connectedPeer(to: stage.address)
            await good.send(frame([1]))
            #expect(await good.read(3) == frame([1]))
            let bad = try await connectedPeer(to: stage.address)
            await bad.send(frame([]))
            let seen = await bad.readToEnd()
            #expect(seen.bytes == frame([]) && seen.ending == .end)
            bad.close()
            await good.send(frame([2]))
            #expect(await good.read(3) == frame([2]))
            good.close()
        }
        #expect(errors.withLock { $0 }.map(\.number) == [2])
    }

    @Test func cancellingClosesTheConnectionsAndLeavesTheListener() async throws {
        try await onStage { stage in
            let serving = startTask {
                try await stage.listener.serve { connection in
                    for await datagram in connection.datagrams {
                        try await connection.send(datagram)
                    }
                    try await connection.send(Datagram(bytes: "goodbye".utf8))
                } onError: { _, error in
                    Issue.record("\(error)")
                }
            }
            let peer = try await connectedPeer(to: stage.address)
            await peer.send(frame([1]))
            #expect(await peer.read(3) == frame([1]))
            serving.cancel()
            let seen = await peer.readToEnd()
            #expect(seen.bytes == frame(Array("goodbye".utf8)) && seen.ending == .end)
            peer.close()
            try await serving.value
            #expect(stage.listener.closeReason == nil)
            #expect(stage.manager.connections.isEmpty)
            #expect(try await stage.othersGoOn())
        }
    }

    @Test func closingTheListenerLetsTheConnectionsGoOn() async throws {
        try await onStage { stage in
            let serving = startTask {
                try await stage.listener.serve { connection in
                    for await datagram in connection.datagrams {
                        try await connection.send(datagram)
                    }
                }
            }
            let peer = try await connectedPeer(to: stage.address)
            await peer.send(frame([1]))
            #expect(await peer.read(3) == frame([1]))
            await stage.listener.close()
            #expect(await stage.listener.terminated() == .local)
            await peer.send(frame([2]))
            #expect(await peer.read(3) == frame([2]))
            peer.close()
            try await serving.value
        }
    }

    @Test func severalServersOfOneListenerShareTheConnections() async throws {
        try await onStage { stage in
            let counts = Mutex<[Int]>([0, 0, 0])
            let servers = (0..<3).map { index in
                startTask {
                    try await stage.listener.serve { connection in
                        counts.withLock { $0[index] += 1 }
                        for await _ in connection.datagrams {}
                    }
                }
            }
            var peers: [any Peer] = []
            for _ in 0..<30 { peers.append(try await connectedPeer(to: stage.address)) }
            #expect(await eventually { counts.withLock { $0.reduce(0, +) } == 30 })
            for peer in peers { peer.close() }
            await stage.listener.close()
            for server in servers { try await server.value }
        }
    }

    @Test func aClientsConnectionIsClosedWhenItsClosureEnds() async throws {
        try await onStage { stage in
            let port = stage.address.port
            let answer = try await stage.manager.connect(to: "127.0.0.1", port: port) { client in
                let server = try await stage.accept()
                try await client.send(Datagram(bytes: [7]))
                return await server.next()?.bytes
            }
            #expect(answer == [7])
            await #expect(throws: Refusal.self) {
                try await stage.manager.connect(to: "127.0.0.1", port: port) { client in
                    let server = try await stage.accept()
                    try await client.send(Datagram(bytes: [8]))
                    _ = startTask {
                        #expect(await server.rest().map(\.bytes) == [[8]])
                        await server.close()
                    }
                    throw Refusal()
                }
            }
            #expect(await eventually { stage.manager.connections.isEmpty })
        }
    }

    @Test func anEndedConnectionIsNotKeptForItsTermination() async throws {
        try await onStage { stage in
            let ended = Remembered()
            do {
                let (peer, connection) = try await stage.plainPair()
                ended.connection = connection
                // An unfinished frame.
                await peer.send([0xff, 0xff] + [UInt8](repeating: 0, count: 60_000))
                peer.endSending()
                #expect(
                    await connection.terminated()
                        == .protocolViolation(.cutOff(received: 60_002)))
                peer.close()
            }
            #expect(await eventually { ended.connection == nil })
            let end = await stage.manager.terminations.first { _ in true }
            #expect(end?.id.number == 1 && end?.remoteAddress.isLoopback == true)
        }
    }

    /// Refers to a connection without keeping it.
    private final class Remembered {
        weak var connection: Connection?
    }
}
