import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// Clients that verify servers, and servers that are others than expected.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ServerTrustTests {
    /// As long as a busy machine may need for a handshake over three connections.
    private static let patience = Duration.seconds(120)

    private func refusal(
        _ body: () async throws -> Connection
    ) async throws -> SecurityFailure? {
        do {
            _ = try await body()
            Issue.record("it is connected")
            return nil
        } catch ConnectError.security(let failure) {
            return failure
        }
    }

    @Test func anotherKeyIsRefusedByTheClient() async throws {
        try await onSecureStage { stage in
            let other = try TLSIdentity().pin
            let failure = try await refusal { try await stage.connect(.tls(.pin(other))) }
            #expect(failure?.tls == .wrongKey(expected: other, offered: stage.identity.pin))
            // The client's alert tells the server: bad_certificate, or one of its kind.
            guard case .security(let seen) = try await stage.nextServerEnd(),
                case .alert? = seen.tls
            else {
                Issue.record("the server was not told")
                return
            }
            #expect(try await stage.othersGoOn())
            #expect(await stage.listener.statistics.handshakesFailed == 1)
        }
    }

    @Test func aNameIsJudgedByTheSystemsAuthorities() async throws {
        try await onSecureStage { stage in
            let failure = try await refusal { try await stage.connect(.tls(.system)) }
            guard case .certificate? = failure?.tls else {
                Issue.record("\(failure as Any)")
                return
            }
        }
    }

    @Test func nothingVouchesForAnAddress() async throws {
        // All hosts of a simulation share what servers leave for clients of their machine.
        guard !TestNetwork.current.isSimulated else { return }
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let failure = try await refusal {
                try await manager.connect(to: "192.0.2.1", port: 9_099, security: .automatic)
            }
            #expect(
                failure?.error as? UnnamedServerError == UnnamedServerError(address: "192.0.2.1"))
        }
    }

    @Test func aPlainServerOnThisMachineHasNoKey() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            let port = listener.localAddress.port
            let failure = try await refusal {
                try await manager.connect(to: "localhost", port: port, security: .automatic)
            }
            #expect(failure?.error as? LoopbackPinError == .noServer(port: port))
        }
    }

    @Test func theKeyGoesWithTheListener() async throws {
        try await onSecureStage { stage in
            let port = stage.address.port
            await stage.listener.close()
            let isGone = await eventually {
                do throws(ConnectError) {
                    _ = try await stage.manager.connect(
                        to: "localhost", port: port, security: .automatic)
                    return false
                } catch {
                    // Nobody listens there, which says more than that there is no key.
                    if case .failed = error { return true }
                    return false
                }
            }
            #expect(isGone)
        }
    }

    @Test func aClientWithoutTLSIsTold() async throws {
        try await onSecureStage { stage in
            let plain = try await stage.manager.connect(to: stage.address)
            try await plain.send(Datagram(bytes: "hello, is this the arena?".utf8))
            guard case .security(let seen) = try await stage.nextServerEnd() else {
                Issue.record("it ended otherwise")
                return
            }
            #expect(seen.tls == .notTLS)
            #expect(try await stage.othersGoOn())
        }
    }

    /// A port of this machine that leads to a server at another port, as ssh forwards one. No server has left
    /// a key there, so nobody vouches for what is behind it but who has the server's key.
    @Test func aForwardedPortNeedsTheServersKey() async throws {
        try await onSecureStage { stage in
            let raw = ConnectionOptions(framing: .raw)
            let (manager, server) = (stage.manager, stage.address)
            let forward = try await manager.listen(host: "127.0.0.1", options: raw)
            let port = forward.localAddress.port
            let forwarding = startTask {
                try await forward.serve { near in
                    let far = try await manager.connect(
                        to: server, timeout: Self.patience, options: raw)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            for await bytes in near.datagrams { try await far.send(bytes) }
                        }
                        for await bytes in far.datagrams { try await near.send(bytes) }
                        group.cancelAll()
                    }
                }
            }
            let failure = try await refusal {
                try await manager.connect(
                    to: "localhost", port: port, timeout: Self.patience, security: .automatic)
            }
            #expect(failure?.error as? LoopbackPinError == .noServer(port: port))
            let other = try TLSIdentity().pin
            let wrong = try await refusal {
                try await manager.connect(
                    to: "localhost", port: port, timeout: Self.patience, security: .tls(.pin(other))
                )
            }
            #expect(wrong?.tls == .wrongKey(expected: other, offered: stage.identity.pin))
            let client = try await manager.connect(
                to: "localhost", port: port, timeout: Self.patience,
                security: .tls(.pin(stage.identity.pin)))
            #expect(client.security.isEncrypted)
            await client.abort()
            await forward.close()
            forwarding.cancel()
            _ = await forwarding.result
        }
    }
}
