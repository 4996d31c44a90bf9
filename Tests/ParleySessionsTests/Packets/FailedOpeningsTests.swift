import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets
import TestNetworks
import TestSupport
import Testing

/// The end of a session of which so many packets were forged that its keys are not safe any more.
@Suite(.timeLimit(.minutes(5))) struct FailedOpeningsTests {
    /// AES-GCM's integrity limit, for packets of at most 2^11 blocks (RFC 9001, appendix B.1.2).
    @Test func theLimitIsThatOfTheCipher() {
        #expect(PlayerLimits().failedOpenings == 1 << 36)
        #expect(ClientSessionConfiguration().failedOpenings == 1 << 36)
        var packets = SessionPackets(
            server: SessionNumber(slot: 1, generation: 1), tagCount: 16, at: .zero)
        #expect(packets.maximumFailures == 1 << 36)
        packets.maximumFailures = 3
        #expect((1...4).map { _ in packets.failed() } == [false, false, true, true])
    }

    /// A bystander forges packets of a player's session, until the server ends that.
    @Test func theServerEndsTheSession() throws {
        let simulation = Simulation(seed: 3)
        let departures = try simulation.run { simulation in
            try await simulation.echoing(configure: {
                $0.security = .automatic
                $0.playerLimits.failedOpenings = 20
            }) { place in
                let handler = CollectingHandler()
                let session = ClientSession(
                    to: "server", port: place.port, game: "bytes", name: "Ann", schema: nil,
                    configuration: ClientSessionConfiguration(),
                    network: simulation.host("ann"), handler: handler)
                async let ended: Void = session.run()
                try await TestNetwork.$current.withValue(.simulated(simulation)) {
                    try await until { handler.received.welcome != nil }
                }
                let welcome = try #require(handler.received.welcome)
                let bystander = try await ConnectionManager(network: simulation.host("eve"))
                    .openUDP()
                var server = place
                server.port = welcome.udpPort
                func forge(_ numbers: ClosedRange<UInt64>) async throws {
                    for number in numbers {
                        let forged = ForgedPackets.packet(
                            Datagram(bytes: [1, 2]), of: welcome.session, number: number)
                        try await bystander.send(forged, to: server)
                    }
                    try await simulation.clock.sleep(for: .seconds(2))
                }
                try await forge(1...19)
                #expect(session.isJoined && !handler.received.hasEnded)
                try await forge(20...20)
                do {
                    try await ended
                    Issue.record("it ended without an error")
                } catch let error as ClientSessionError {
                    guard case .goodbye(let goodbye) = error else { throw error }
                    #expect(goodbye.code == .protocolViolation)
                    #expect(goodbye.text == "too many forged packets")
                }
            }
        }
        #expect(departures.map(\.reason) == [.protocolViolation("too many forged packets")])
    }
}
