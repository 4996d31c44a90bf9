import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// Connections over TLS behave as plain ones do, and say what protects them.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct EncryptedConnectionTests {
    @Test func datagramsTravelBothWays() async throws {
        try await onSecureStage { stage in
            let isAnswered = try await stage.othersGoOn()
            #expect(isAnswered)
        }
    }

    @Test func bothEndsKnowWhatProtectsThem() async throws {
        try await onSecureStage { stage in
            let (client, server) = try await stage.pair()
            #expect(client.security.isEncrypted && server.security.isEncrypted)
            guard case .tls(let asSeenByClient) = client.security,
                case .tls(let asSeenByServer) = server.security
            else {
                Issue.record("one end is plain")
                return
            }
            #expect(asSeenByClient.verification == .publicKey)
            #expect(asSeenByClient.key == stage.identity.pin)
            #expect(asSeenByServer.verification == .none)
            #expect(asSeenByServer.key == nil)
        }
    }

    @Test func nobodyOnTheWayReadsADatagram() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.handshake()
            let server = try await stage.accept()
            let canary = Array("the canary sings".utf8)
            try await server.send(Datagram(bytes: canary))
            guard let bytes = await peer.raw.next()?.bytes else {
                Issue.record("nothing came")
                return
            }
            #expect(!bytes.indices.contains { bytes[$0...].starts(with: canary) })
        }
    }

    @Test func anInviteVerifiesTheServer() async throws {
        try await onSecureStage { stage in
            let invite = try Invite(
                host: "localhost", port: stage.address.port, pin: stage.identity.pin)
            let client = try await stage.connect(.invite(invite))
            #expect(client.security.isEncrypted)
        }
    }

    @Test func plainIsAskedForByName() async throws {
        let network = TestNetwork.current.network
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1", security: .none)
            #expect(listener.identity == nil)
            let client = try await manager.connect(
                to: "127.0.0.1", port: listener.localAddress.port, security: .none)
            #expect(client.security == .none)
            #expect(!client.security.isEncrypted)
            #expect("\(client.security)" == "plain")
        }
    }

    @Test func muchTravelsBothWaysAtOnce() async throws {
        var options = ConnectionOptions(framing: .lengthPrefixed(.uint32))
        options.outboundWatermark = 4_096
        options.inboundWatermark = 4_096
        try await onSecureStage(options) { stage in
            let client = try await stage.manager.connect(
                to: "localhost", port: stage.address.port, options: options,
                security: .automatic)
            let server = try await stage.accept()
            let large = Datagram(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
            await withTaskGroup(of: Void.self) { group in
                for end in [client, server] {
                    group.addTask {
                        for _ in 0..<8 { try? await end.send(large) }
                    }
                    group.addTask {
                        for _ in 0..<8 { #expect(await end.next() == large) }
                    }
                }
            }
            try await client.flush()
            let statistics = await client.statistics
            #expect(statistics.bytesSent == 8 * 100_004)
            #expect(statistics.bytesReceived == 8 * 100_004)
            #expect(statistics.bytesWaiting == 0)
        }
    }

    @Test func whatComesWithTheHandshakeIsDelivered() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.flush()
            while peer.engine.state == .handshaking, try await peer.receive() {}
            // The end of the handshake and two datagrams leave together.
            _ = try peer.engine.seal((frame([1, 2]) + frame([3])).span)
            try await peer.flush()
            let server = try await stage.accept()
            #expect(await server.next()?.bytes == [1, 2])
            #expect(await server.next()?.bytes == [3])
        }
    }

    @Test func whatComesWithTheHandshakeMayBeTheEnd() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.flush()
            while peer.engine.state == .handshaking, try await peer.receive() {}
            _ = try peer.engine.seal(frame([1]).span)
            peer.engine.finish()
            try await peer.flush()
            let server = try await stage.accept()
            #expect(await server.rest().map(\.bytes) == [[1]])
            #expect(await server.terminated() == .closedByPeer)
        }
    }
}
