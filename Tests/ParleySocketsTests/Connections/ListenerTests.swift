import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct ListenerTests {
    @Test(arguments: [nil, "", "127.0.0.1", "::1", "localhost", "::", "0.0.0.0"] as [String?])
    func listensWhereItIsTold(host: String?) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let listener = try await manager.listen(host: host)
            let address = listener.localAddress
            #expect(address.port != 0)
            let target =
                address.isAny
                ? SocketAddress.loopback(port: address.port) : address
            let client = try await manager.connect(to: target)
            let server = try #require(await listener.connections.first { _ in true })
            #expect(client.localAddress == server.remoteAddress)
            #expect(server.localAddress == client.remoteAddress)
        }
    }

    @Test func anyAddressTakesBothFamilies() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let listener = try await manager.listen()
            let port = listener.localAddress.port
            for host in ["127.0.0.1", "::1"] {
                let client = try await manager.connect(to: host, port: port)
                let server = try #require(await listener.connections.first { _ in true })
                #expect(server.remoteAddress == client.localAddress)
                #expect(server.remoteAddress.host == host)
            }
        }
    }

    @Test func aPortInUseIsRefused() async throws {
        try await onStage { stage in
            let port = stage.address.port
            let error = await #expect(throws: OpenError.self) {
                _ = try await stage.manager.listen(host: "127.0.0.1", port: port)
            }
            #expect(error?.error == .addressInUse)
            #expect(try await stage.othersGoOn())
            await stage.listener.close()
            // A process that another test has just started holds copies of all descriptors for a
            // moment, that of the closed listener too.
            try await until {
                let again = try? await stage.manager.listen(host: "127.0.0.1", port: port)
                return again != nil
            }
        }
    }

    @Test func addressesOfOtherMachinesAreRefused() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let error = await #expect(throws: OpenError.self) {
                _ = try await manager.listen(host: "198.51.100.7", port: 0)
            }
            #expect(error?.step == .bind && error?.error == .addressNotAvailable)
            let unknown = await #expect(throws: OpenError.self) {
                _ = try await manager.listen(host: "no such host", port: 0)
            }
            #expect(unknown?.step == .resolve)
        }
    }

    @Test func limitsConnectionsInAll() async throws {
        var limits = ConnectionLimits()
        limits.connections = 3
        try await onStage(limits: limits) { stage in
            var pairs: [(any Peer, Connection)] = []
            for _ in 0..<3 { pairs.append(try await stage.plainPair()) }
            let refused = try await connectedPeer(to: stage.address)
            #expect(await refused.readToEnd().ending == .reset)
            #expect(await stage.listener.statistics.refused == 1)
            await pairs[0].1.abort()
            #expect(try await stage.plainPair().1.isOpen)
        }
    }

    @Test func outgoingConnectionsDoNotCount() async throws {
        var limits = ConnectionLimits()
        limits.connections = 1
        try await onStage(limits: limits) { stage in
            let (client, server) = try await stage.pair()
            #expect(client.isOpen && server.isOpen)
        }
    }

    @Test(.systemOnly("needs an interface of the machine"))
    func limitsConnectionsPerAddress() async throws {
        var limits = ConnectionLimits()
        limits.connectionsPerAddress = 2
        let own = NetworkInterface.scan().first {
            !$0.isLoopback && $0.isUp && $0.address.isIPv4
        }
        guard let own else { return }
        try await onStage(limits: limits, host: "0.0.0.0") { stage in
            var address = own.address
            address.port = stage.address.port
            var kept: [(PlainPeer, Connection)] = []
            for _ in 0..<2 {
                let peer = try await PlainPeer.connected(to: address, from: own.address)
                kept.append((peer, try await stage.accept()))
            }
            let refused = try await PlainPeer.connected(to: address, from: own.address)
            #expect(await refused.readToEnd().ending == .reset)
            // Others come in, and so does the same one after one of its own has gone.
            let local = try await PlainPeer.connected(to: .loopback(port: address.port))
            #expect(try await stage.accept().remoteAddress.isLoopback)
            await kept.removeLast().1.abort()
            let again = try await PlainPeer.connected(to: address, from: own.address)
            #expect(try await stage.accept().remoteAddress.host == own.address.host)
            local.close()
            again.close()
        }
    }

    /// Behind a proxy everybody is 127.0.0.1, so that is a network like any other where others can connect.
    @Test(
        arguments: [
            ("0.0.0.0", [], true), ("0.0.0.0", ["127.0.0.0/8"], false), ("127.0.0.1", [], false),
        ]
            as [(String, [String], Bool)])
    func loopbackIsANetworkOfAListenerThatOthersReach(
        host: String, proxies: [String], isLimited: Bool
    ) async throws {
        var limits = ConnectionLimits()
        limits.connectionsPerAddress = 2
        limits.trustedProxies = try proxies.map { try #require(AddressPrefix($0)) }
        try await onStage(limits: limits, host: host) { stage in
            let address = SocketAddress.loopback(port: stage.address.port)
            var peers: [any Peer] = []
            for _ in 0..<2 {
                peers.append(try await connectedPeer(to: address))
                _ = try await stage.accept()
            }
            let third = try await connectedPeer(to: address)
            if isLimited {
                #expect(await third.readToEnd().ending == .reset)
            } else {
                #expect(try await stage.accept().isOpen)
            }
            #expect(await stage.listener.statistics.refused == (isLimited ? 1 : 0))
            for peer in peers + [third] { peer.close() }
        }
    }

    @Test func theAcceptRateIsKept() async throws {
        var limits = ConnectionLimits()
        limits.acceptsPerSecond = 20
        try await onStage(limits: limits) { stage in
            let begin = stage.manager.network.clock.now
            var peers: [any Peer] = []
            for _ in 0..<10 { peers.append(try await connectedPeer(to: stage.address)) }
            for _ in 0..<10 { _ = try await stage.accept() }
            // Two at once, and each of the other eight 50 ms later.
            #expect(begin.duration(to: stage.manager.network.clock.now) >= .milliseconds(390))
            #expect(await stage.listener.statistics.pausesForRate > 0)
            for peer in peers { peer.close() }
        }
    }

    @Test func acceptingPausesWithoutAConsumer() async throws {
        try await onStage { stage in
            var peers: [any Peer] = []
            for _ in 0..<500 { peers.append(try await connectedPeer(to: stage.address)) }
            // At most a turn's worth beyond the bound; the others wait in the system's backlog.
            let accepted = await stage.listener.statistics.accepted
            #expect(accepted <= 256 + 64)
            for _ in 0..<500 { #expect(try await stage.accept().isOpen) }
            #expect(await stage.listener.statistics.accepted == 500)
            for peer in peers { peer.close() }
        }
    }

    @Test func theAcceptRateDoesNotResumeAcceptingWithoutAConsumer() async throws {
        var limits = ConnectionLimits()
        limits.acceptsPerSecond = 500
        try await onStage(limits: limits) { stage in
            var peers: [any Peer] = []
            for _ in 0..<600 { peers.append(try await connectedPeer(to: stage.address)) }
            #expect(await eventually { await stage.listener.statistics.accepted >= 256 })
            // Time enough for the rate to let the others in.
            try await stage.manager.network.clock.sleep(for: .milliseconds(300))
            #expect(await stage.listener.statistics.accepted <= 256 + 64)
            for peer in peers { peer.close() }
        }
    }

    @Test func closingResetsWaitingConnections() async throws {
        try await onStage { stage in
            let waiting = try await connectedPeer(to: stage.address)
            #expect(await eventually { await stage.listener.statistics.accepted == 1 })
            let (_, connection) = try await stage.pair()
            _ = connection
            let unread = try await connectedPeer(to: stage.address)
            #expect(await eventually { await stage.listener.statistics.accepted == 3 })
            await stage.listener.close()
            await stage.listener.close()
            #expect(await unread.readToEnd().ending == .reset)
            for await _ in stage.listener.connections { Issue.record("it is closed") }
            waiting.close()
            // Another socket may have the port by now, but this listener accepts nothing.
            _ = try? await stage.manager.connect(to: stage.address)
            #expect(await stage.listener.statistics.accepted == 3)
        }
    }

    @Test(.systemOnly("a simulated host has one loop"))
    func connectionsSpreadOverTheLoops() async throws {
        try await ConnectionManager.run(network: SystemNetwork(threads: 2)) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            var loops: [ObjectIdentifier: Int] = [:]
            var peers: [PlainPeer] = []
            for _ in 0..<10 {
                peers.append(try await PlainPeer.connected(to: listener.localAddress))
                let connection = try #require(await listener.connections.first { _ in true })
                loops[ObjectIdentifier(connection.loop), default: 0] += 1
            }
            #expect(loops.count == 2 && loops.values.allSatisfy { $0 == 5 })
            for peer in peers { peer.close() }
        }
    }
}
