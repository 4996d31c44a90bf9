import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// How encrypted connections end: in order, or lost.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct EncryptedEndTests {
    @Test func closingIsAnOrderlyEnd() async throws {
        try await onSecureStage { stage in
            let (client, server) = try await stage.pair()
            try await client.send(Datagram(bytes: [1]))
            await client.close()
            #expect(client.closeReason == .local)
            #expect(await server.rest().map(\.bytes) == [[1]])
            #expect(await server.terminated() == .closedByPeer)
        }
    }

    @Test func oneDirectionMayEndFirst() async throws {
        var options = ConnectionOptions()
        options.allowsHalfClose = true
        try await onSecureStage(options) { stage in
            let client = try await stage.manager.connect(
                to: "localhost", port: stage.address.port, options: options,
                security: .automatic)
            let server = try await stage.accept()
            try await client.send(Datagram(bytes: [1]))
            await client.finish()
            #expect(await server.rest().map(\.bytes) == [[1]])
            #expect(server.isOpen)
            try await server.send(Datagram(bytes: [2]))
            await server.finish()
            #expect(await client.rest().map(\.bytes) == [[2]])
            #expect(await client.terminated() == .local)
        }
    }

    @Test func anEndWithoutGoodbyeIsALostConnection() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.handshake()
            let server = try await stage.accept()
            try await peer.send(frame([1]))
            await peer.raw.close()
            #expect(await server.rest().map(\.bytes) == [[1]])
            let reason = await server.terminated()
            guard case .security(let failure)? = reason else {
                Issue.record("it ended with \(reason as Any)")
                return
            }
            #expect(failure.isLostConnection)
            #expect(failure.tls == .truncated)
            #expect("\(CloseReason.security(failure))".contains("close_notify"))
        }
    }

    @Test func theGoodbyeIsBehindTheLastDatagram() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.handshake()
            let server = try await stage.accept()
            try await server.send(Datagram(bytes: [1, 2, 3]))
            async let closed: Void = server.close()
            while try await peer.receive() {}
            #expect(peer.plaintext == frame([1, 2, 3]))
            #expect(peer.engine.state == .finishedByPeer)
            await peer.raw.close()
            await closed
            #expect(server.closeReason == .local)
        }
    }

    @Test func aChangedRecordEndsTheConnectionWithAnAlert() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.handshake()
            let server = try await stage.accept()
            _ = try peer.engine.seal(frame([1]).span)
            var bytes = peer.takeOutput()
            bytes[bytes.count - 1] ^= 1
            try await peer.raw.send(Datagram(bytes: bytes))
            guard case .security(let failure)? = await server.terminated() else {
                Issue.record("it ended with \(server.closeReason as Any)")
                return
            }
            #expect(failure.tls == .corruptRecord)
            #expect(!failure.isLostConnection)
            // The peer is told why: bad_record_mac.
            await #expect(throws: TLSError.alert(TLSAlert(code: 20))) {
                while try await peer.receive() {}
            }
            #expect(try await stage.othersGoOn())
        }
    }

    @Test func aFrameOverTheLimitIsAViolationAsEver() async throws {
        var options = ConnectionOptions()
        options.maximumDatagramCount = 100
        try await onSecureStage(options) { stage in
            let peer = try await stage.tlsPeer()
            try await peer.handshake()
            let server = try await stage.accept()
            try await peer.send([101, 0])
            let expected = CloseReason.protocolViolation(
                .frameTooLong(announced: 101, limit: 100))
            #expect(await server.terminated() == expected)
        }
    }
}
