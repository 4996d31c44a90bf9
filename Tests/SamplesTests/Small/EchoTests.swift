import Parley
import ParleySimulation
import SampleSupport
import Testing

@testable import Echo

/// The echo's server and client in a simulation.
@Suite struct EchoTests {
    private func send(
        from stream: StreamFraming, to serverStream: StreamFraming, udp: Bool = false
    ) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let server = EchoServer(
                port: 9098, udpPort: 9098, stream: serverStream, packets: .checksummed)
            let client = EchoClient(
                server: Endpoint(host: "server", port: 9098), usesUDP: udp, count: 3, size: 32,
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
