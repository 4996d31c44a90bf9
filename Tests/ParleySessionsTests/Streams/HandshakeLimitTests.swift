import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets
import TestNetworks
import Testing

/// Peers that begin handshakes and do not end them.
@Suite(.timeLimit(.minutes(5)))
struct HandshakeLimitTests {
    @Test(.everyNetwork) func manyStalledHandshakesKeepNobodyOut() async throws {
        try await onSecureStage { stage in
            var peers: [TLSPeerAtWork] = []
            for _ in 0..<500 {
                let peer = try await stage.tlsPeer()
                try await peer.flush()
                peers.append(peer)
            }
            #expect(try await stage.othersGoOn())
            let statistics = await stage.listener.statistics
            // On a slow machine some are too old before they have to make room.
            let gone = statistics.handshakesDropped + statistics.handshakesFailed
            #expect(gone >= 500 - ConnectionLimits().handshakes)
            for peer in peers { await peer.raw.abort() }
        }
    }

    @Test(.everyNetwork) func aClientHelloInDripsIsAnswered() async throws {
        var limits = ConnectionLimits()
        limits.handshakeTimeout = .seconds(240)
        try await onSecureStage(limits: limits) { stage in
            let peer = try await stage.tlsPeer()
            for byte in peer.takeOutput() {
                try await peer.raw.send(Datagram(bytes: [byte]))
                try await peer.raw.flush()
            }
            try await peer.handshake()
            #expect(try await stage.accept().security.isEncrypted)
        }
    }

    /// A ClientHello of 128 KiB: by what it announces, and by what it sends.
    @Test(.everyNetwork, arguments: [[1, 2, 0, 0], [1, 0, 0x3F, 0xFF]] as [[UInt8]])
    func aClientHelloOf128KiBInDripsEnds(beginning: [UInt8]) async throws {
        var limits = ConnectionLimits()
        // By its length, and not because a busy machine takes longer than a handshake may.
        limits.handshakeTimeout = .seconds(240)
        try await onSecureStage(limits: limits) { stage in
            let raw = try await stage.rawPeer()
            let hello = beginning + [3, 3] + [UInt8](repeating: 0, count: 128 * 1_024)
            let sending = startTask {
                for start in stride(from: 0, to: hello.count, by: 16) {
                    let part = hello[start..<min(start + 16, hello.count)]
                    let record = [22, 3, 1, 0, UInt8(part.count)] + part
                    for byte in record { try await raw.send(Datagram(bytes: [byte])) }
                }
            }
            guard case .security(let failure) = try await stage.nextServerEnd() else {
                Issue.record("it ended otherwise")
                return
            }
            #expect(failure.tls == .handshakeTooLong(limit: 16_384))
            await raw.abort()
            _ = await sending.result
            #expect(try await stage.othersGoOn())
        }
    }

    @Test(
        .everyNetwork,
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", TLSError.plainHTTP), ("hello there, server", .notTLS),
        ])
    func othersAreNamed(text: String, error: TLSError) async throws {
        try await onSecureStage { stage in
            let raw = try await stage.rawPeer()
            try await raw.send(Datagram(bytes: text.utf8))
            guard case .security(let failure) = try await stage.nextServerEnd() else {
                Issue.record("it ended otherwise")
                return
            }
            #expect(failure.tls == error)
            await raw.close()
            #expect(try await stage.othersGoOn())
        }
    }

    @Test(.everyNetwork) func aListenerThatClosesDropsItsHandshakes() async throws {
        try await onSecureStage { stage in
            let peer = try await stage.tlsPeer()
            try await peer.flush()
            #expect(try await peer.receive())
            await stage.listener.close()
            #expect(try await stage.nextServerEnd() == .local)
        }
    }

    // Time, and several networks, exist in a simulation.

    /// Runs `body` with an encrypted listener on a host of a simulation.
    private func simulate(
        _ limits: ConnectionLimits = ConnectionLimits(),
        _ body:
            @escaping @Sendable (Simulation, SocketAddress, ConnectionManager, ConnectionListener)
            async throws -> Void
    ) throws {
        let simulation = Simulation(seed: 5)
        try simulation.run { simulation in
            let host = simulation.host("server")
            try await ConnectionManager.run(network: host, limits: limits) { manager in
                let listener = try await manager.listen(
                    port: 9_099, security: .tls(try TLSIdentity()))
                var address = host.address
                address.port = 9_099
                try await body(simulation, address, manager, listener)
            }
        }
    }

    private static func stall(_ simulation: Simulation, _ name: String, at address: SocketAddress)
        async throws -> Connection
    {
        try await ConnectionManager(network: simulation.host(name)).connect(
            to: address, options: ConnectionOptions(framing: .raw))
    }

    @Test func silenceEndsAHandshakeAfterFiveSeconds() throws {
        try simulate { simulation, address, manager, listener in
            let start = simulation.elapsed
            let peer = try await Self.stall(simulation, "silent", at: address)
            for await end in manager.terminations {
                #expect(end.reason == .limitExceeded(.handshakeTime))
                break
            }
            #expect(simulation.elapsed - start >= .seconds(5))
            #expect(simulation.elapsed - start < .seconds(6))
            #expect(await listener.statistics.handshakesFailed == 1)
            await peer.close()
        }
    }

    /// Half a ClientHello, and then nothing.
    @Test func silenceInTheMiddleOfAHandshakeEndsItAsWell() throws {
        try simulate { simulation, address, manager, listener in
            let peer = try await Self.stall(simulation, "silent", at: address)
            try await peer.send(Datagram(bytes: [22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 1, 2, 3]))
            let start = simulation.elapsed
            for await end in manager.terminations {
                #expect(end.reason == .limitExceeded(.handshakeTime))
                break
            }
            #expect(simulation.elapsed - start > .seconds(4))
            #expect(simulation.elapsed - start < .seconds(6))
            #expect(await listener.statistics.handshakesFailed == 1)
            await peer.close()
        }
    }

    @Test func oneNetworkHasEightUnfinishedHandshakes() throws {
        try simulate { simulation, address, manager, listener in
            var peers: [Connection] = []
            for _ in 0..<9 {
                peers.append(try await Self.stall(simulation, "attacker", at: address))
            }
            #expect(await peers[0].terminated() == .reset)
            let closed = peers.filter { !$0.isOpen }
            #expect(closed == [peers[0]])
            #expect(await listener.statistics.handshakesDropped == 1)
            for peer in peers { await peer.abort() }
        }
    }

    /// The machine itself is a network, where others can connect.
    @Test func loopbackHasEightUnfinishedHandshakesToo() throws {
        try simulate { simulation, address, manager, listener in
            let loopback = SocketAddress.loopback(port: address.port)
            var peers: [Connection] = []
            for _ in 0..<9 {
                peers.append(try await Self.stall(simulation, "server", at: loopback))
            }
            #expect(await peers[0].terminated() == .reset)
            #expect(await listener.statistics.handshakesDropped == 1)
            for peer in peers { await peer.abort() }
        }
    }

    @Test func handshakesOfATrustedProxyAreNotLimited() throws {
        var limits = ConnectionLimits()
        limits.handshakes = 12
        let prefix = try #require(AddressPrefix("127.0.0.1"))
        limits.trustedProxies = [prefix]
        try simulate(limits) { simulation, address, manager, listener in
            let loopback = SocketAddress.loopback(port: address.port)
            var proxied: [Connection] = []
            for _ in 0..<10 {
                proxied.append(try await Self.stall(simulation, "server", at: loopback))
            }
            var attackers: [Connection] = []
            for _ in 0..<3 {
                attackers.append(try await Self.stall(simulation, "attacker", at: address))
            }
            // The attacker holds most: the connections of the proxy stand for themselves.
            #expect(await attackers[0].terminated() == .reset)
            #expect(await listener.statistics.handshakesDropped == 1)
            let closed = proxied.filter { !$0.isOpen }
            #expect(closed.isEmpty)
            for peer in proxied + attackers { await peer.abort() }
        }
    }

    @Test func theNetworkThatHoldsMostMakesRoom() throws {
        var limits = ConnectionLimits()
        limits.handshakes = 6
        try simulate(limits) { simulation, address, manager, listener in
            var attackers: [Connection] = []
            let early = try await Self.stall(simulation, "early", at: address)
            for _ in 0..<5 {
                attackers.append(try await Self.stall(simulation, "attacker", at: address))
            }
            let late = try await Self.stall(simulation, "late", at: address)
            #expect(await attackers[0].terminated() == .reset)
            // The early one is older, but its network holds one only.
            #expect(early.isOpen && late.isOpen)
            let closed = attackers.filter { !$0.isOpen }
            #expect(closed == [attackers[0]])
            for peer in attackers + [early, late] { await peer.abort() }
        }
    }

    @Test func unfinishedHandshakesCountAsConnections() throws {
        var limits = ConnectionLimits()
        limits.connections = 2
        try simulate(limits) { simulation, address, manager, listener in
            let first = try await Self.stall(simulation, "a", at: address)
            let second = try await Self.stall(simulation, "b", at: address)
            let third = try await Self.stall(simulation, "c", at: address)
            #expect(await third.terminated() == .reset)
            #expect(await listener.statistics.refused == 1)
            // Their places are free again.
            for _ in 0..<2 {
                for await _ in manager.terminations { break }
            }
            let pin = try #require(listener.identity).pin
            let client = try await ConnectionManager(network: simulation.host("d")).connect(
                to: "server", port: 9_099, security: .tls(.pin(pin)))
            #expect(client.security.isEncrypted)
            for peer in [first, second, client] { await peer.abort() }
        }
    }
}
