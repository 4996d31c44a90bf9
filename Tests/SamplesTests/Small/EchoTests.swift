import Parley
import ParleySimulation
import SampleSupport
import Testing

@testable import echo

/// The echo's server and client in a simulation.
@Suite struct EchoTests {
    private func send(
        from stream: StreamFraming, to serverStream: StreamFraming, udp: Bool = false,
        port: UInt16 = 9098, count: Int = 3
    ) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let server = EchoServer(
                port: 9098, udpPort: 9098, stream: serverStream, packets: .checksummed)
            let client = EchoClient(
                server: Endpoint(host: "server", port: port), usesUDP: udp, count: count, size: 32,
                stream: stream, packets: .checksummed)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run(on: simulation.host("server")) }
                try await simulation.clock.sleep(for: .seconds(1))
                defer { group.cancelAll() }
                try await client.run(on: simulation.host("client"))
            }
        }
        #expect(simulation.openSockets == 0)
    }

    @Test(arguments: [false, true]) func everythingComesBack(udp: Bool) throws {
        try send(from: .lengthPrefixed(.uint16), to: .lengthPrefixed(.uint16), udp: udp)
    }

    /// Each lost packet takes a second, so a thousand of them would take a quarter of an hour.
    @Test func noServerAtTheUDPPortIsAnErrorAndNoEndlessWait() {
        #expect(throws: EchoError.noAnswer(EchoClient.patience)) {
            try send(
                from: .lengthPrefixed(.uint16), to: .lengthPrefixed(.uint16), udp: true, port: 9,
                count: 1000)
        }
    }

    /// The server waits for the rest of a datagram, so the client must not wait for the server.
    @Test func anotherFramingIsAnErrorAndNoEndlessWait() {
        #expect(throws: EchoError.noAnswer(EchoClient.patience)) {
            try send(from: .lengthPrefixed(.uint32), to: .lengthPrefixed(.uint16))
        }
    }

    /// A packet from a forged address, the server's own, must not circle.
    @Test func answersAreNeverAnswered() throws {
        let content = Datagram(bytes: [7, 8, 9])
        let answer = try #require(EchoPacket.answer(to: EchoPacket.request(content)))
        #expect(EchoPacket.content(ofAnswer: answer) == content)
        #expect(EchoPacket.answer(to: answer) == nil)
        for bytes in [[], [0], [3, 1, 2]] as [[UInt8]] {
            #expect(EchoPacket.answer(to: Datagram(bytes: bytes)) == nil)
        }
    }
}
