import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// Connections between the servers of a realm, on both networks.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct RealmConnectionTests {
    /// Runs `body` with a listener of `world:0`, and the authority that has issued its certificate.
    private func withListener(
        _ body: (ConnectionManager, ConnectionListener, RealmAuthority) async throws -> Void
    ) async throws {
        let network = TestNetwork.current.network
        try await ConnectionManager.run(network: network) { manager in
            let authority = try RealmAuthority()
            let listener = try await manager.listen(
                host: "127.0.0.1", port: 0, options: .init(),
                realm: manager.load(authority.issue("world:0")))
            try await body(manager, listener, authority)
        }
    }

    private func connect(
        _ manager: ConnectionManager, to listener: ConnectionListener, as name: String,
        of authority: RealmAuthority
    ) async throws -> Connection {
        try await manager.connect(
            to: "127.0.0.1", port: listener.localAddress.port, timeout: .seconds(60),
            options: .init(), realm: manager.load(authority.issue(name)))
    }

    private func name(of connection: Connection?) -> String? {
        guard case .tls(let peer)? = connection?.security else { return nil }
        return peer.name
    }

    @Test func bothEndsKnowEachOther() async throws {
        try await withListener { manager, listener, authority in
            let client = try await connect(
                manager, to: listener, as: "zone:north", of: authority)
            let server = await listener.connections.first { _ in true }
            #expect(name(of: client) == "world:0" && name(of: server) == "zone:north")
            try await client.send(Datagram(bytes: [1, 2, 3]))
            #expect(await server?.datagrams.first { _ in true }?.bytes == [1, 2, 3])
        }
    }

    @Test func othersFailInTheHandshake() async throws {
        try await withListener { manager, listener, authority in
            let port = listener.localAddress.port
            await #expect(throws: ConnectError.self) {
                try await connect(
                    manager, to: listener, as: "zone:north", of: RealmAuthority())
            }
            // A player verifies the server's name, which it does not have, or sends no certificate.
            let player = try? await manager.connect(
                to: "127.0.0.1", port: port, security: .tls(.system))
            #expect(player == nil)
            let plain = try await manager.connect(to: "127.0.0.1", port: port)
            try await plain.send(Datagram(bytes: [UInt8](repeating: 1, count: 100)))
            #expect(await plain.terminated() != nil)
            #expect(await eventually { manager.failedHandshakes == 3 })
            let north = try await connect(manager, to: listener, as: "zone:north", of: authority)
            let server = await listener.connections.first { _ in true }
            #expect(name(of: server) == "zone:north" && north.isOpen)
        }
    }
}
