import Foundation
import Parley
import ParleySimulation
import TestNetworks
import Testing

/// The tutorial's game for players on other machines.
@Suite struct InternetTests {
    @Test func anInvitedPlayerComesIn() throws {
        let folder = try Folder()
        let file = folder.path("server.pem")
        try Simulation(seed: 1, links: .lte).run { simulation in
            let network = simulation.host("game.example.org")
            let identity = try TLSIdentity(keptIn: file)
            let configuration = GameServerConfiguration(port: 9_099, security: .tls(identity))
            let server = GameServer(
                world: WalkWorld(), configuration: configuration, network: network)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                let invite = try Invite(
                    host: "game.example.org", port: 9_099, pin: identity.pin)
                try await join(by: "\(invite)", on: simulation.host("Ann"))
                group.cancelAll()
            }
        }
        // The file has the same key at the next start.
        #expect(try TLSIdentity(keptIn: file).pin == TLSIdentity(keptIn: file).pin)
    }

    @Test func aPrivateServerIsForInvitedPlayers() throws {
        let folder = try Folder()
        let file = folder.path("server.pem")
        try Simulation(seed: 2, links: .lte).run { simulation in
            let network = simulation.host("game.example.org")
            let identity = try TLSIdentity(keptIn: file)
            var configuration = GameServerConfiguration(port: 9_099, security: .tls(identity))
            configuration.joinSecret = try JoinSecret(keptIn: file + ".secret")
            let invite = try Invite(
                host: "game.example.org", port: 9_099, pin: identity.pin,
                joinSecret: configuration.joinSecret)
            let server = GameServer(
                world: WalkWorld(), configuration: configuration, network: network)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                try await join(by: invite.text, on: simulation.host("Ann"))
                // Its description leaves the secret out.
                await #expect(throws: GameClientError.self) {
                    try await join(by: invite.description, on: simulation.host("Eve"))
                }
                group.cancelAll()
            }
        }
    }

    private func join(by text: String, on network: SimulatedHost) async throws {
        let invite = try Invite(text)
        let configuration = GameClientConfiguration(security: .invite(invite))
        try await GameClient<WalkGame>.play(
            on: invite.host, port: invite.port, as: "Ann", configuration: configuration,
            network: network
        ) { client in
            guard case .encrypted(let peer)? = client.security else {
                Issue.record("not encrypted")
                return
            }
            #expect(peer.verification == .publicKey && peer.key == invite.pin)
            #expect(await client.snapshots.first { _ in true } != nil)
        }
    }
}
