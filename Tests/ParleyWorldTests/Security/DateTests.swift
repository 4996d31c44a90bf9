import ParleySecurity
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// Machines whose date is set back by a year, in the middle of a session: certificates are judged by the date
/// when a client connects, and nothing else is.
@Suite(.timeLimit(.minutes(5))) struct DateTests {
    private static let yearBack = Duration.seconds(-365 * 86_400)
    /// 2029-12-25, a week before a simulation begins.
    private static let validFrom: Int64 = 1_892_851_200

    /// An identity whose certificate was made last week.
    private func makeIdentity() throws -> TLSIdentity {
        try TLSIdentity(
            generatedFor: ["server"], validFrom: Self.validFrom, until: TLSIdentity.never)
    }

    /// An encrypted server of that identity.
    private func simulate(
        _ identity: TLSIdentity,
        _ body: @escaping @Sendable (Simulation, ServerAddresses) async throws -> Void
    ) throws {
        let simulation = Simulation(seed: 21, links: .lte)
        try simulation.serving(configure: { $0.security = .tls(identity) }) { _, addresses in
            try await body(simulation, addresses)
        }
    }

    /// Plays, has the dates of both machines set back, plays on, loses the connection, and plays on.
    private static func playThrough(
        _ simulation: Simulation, _ addresses: ServerAddresses, security: StreamSecurity.Client
    ) async throws {
        let ann = simulation.host("ann")
        try await GameClient<WalkGame>.play(
            on: "server", port: addresses.tcp.port, as: "Ann",
            configuration: GameClientConfiguration(security: security), network: ann
        ) { client in
            try await Self.play(client, simulation, snapshots: 60)
            for host in [ann, simulation.host("server")] { host.moveDate(by: yearBack) }
            let before = simulation.elapsed
            // 200 snapshots are 10 s: nothing times out, and nothing hurries.
            try await Self.play(client, simulation, snapshots: 200)
            let played = simulation.elapsed - before
            #expect(played > .seconds(8) && played < .seconds(12))
            #expect(client.connectionState == .playing)
            #expect(await client.statistics.strayDatagrams == 0)
            ann.resetConnections()
            try await until {
                if case .reconnecting = client.connectionState { true } else { false }
            }
            try await until { client.connectionState == .playing }
            try await Self.play(client, simulation, snapshots: 60)
        }
    }

    private static func play(
        _ client: GameClient<WalkGame>, _ simulation: Simulation, snapshots: Int
    ) async throws {
        var seen = 0
        for await _ in client.snapshots {
            try await client.send(WalkGame.Command(step: 1))
            seen += 1
            if seen == snapshots { return }
        }
        // The session has ended, and its error says more than the end of its snapshots.
        try await simulation.clock.sleep(for: .seconds(3_600))
    }

    @Test func aClientWithAPinGoesOnAndComesBack() throws {
        let identity = try makeIdentity()
        try simulate(identity) { simulation, addresses in
            try await Self.playThrough(
                simulation, addresses, security: .tls(.pin(identity.pin)))
        }
    }

    @Test func aClientWithAnAuthorityIsToldWhenItConnectsAgain() throws {
        let folder = try Folder()
        let identity = try makeIdentity()
        let file = try folder.write(identity.certificatesPEM, to: "authority.pem", mode: 0o644)
        try simulate(identity) { simulation, addresses in
            let error = await #expect(throws: GameClientError.self) {
                try await Self.playThrough(
                    simulation, addresses, security: .tls(.authority(file: file)))
            }
            guard case .cannotConnect(.security(let failure))? = error else {
                Issue.record("\(error as Any)")
                return
            }
            #expect(failure.tls == .certificate(.notYetValid))
            #expect("\(error as Any)".contains("not valid yet (or this machine's clock is wrong)"))
        }
        withExtendedLifetime(folder) {}
    }
}
