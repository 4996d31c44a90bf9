import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// UDP over a conditioned network, on loopback.
@Suite(.timeLimit(.minutes(5)))
struct ConditionedDatagramTests {
    /// Runs `body` with a conditioned socket and a plain one.
    private func withSockets(
        _ outgoing: LinkProfile, incoming: LinkProfile = .perfect, seed: UInt64 = 1,
        framing: DatagramFraming = .raw,
        _ body: (any Network, DatagramSocket, DatagramSocket) async throws -> Void
    ) async throws {
        let system = SystemNetwork()
        let network = NetworkConditioner(
            system, outgoing: outgoing, incoming: incoming, seed: seed)
        var options = DatagramSocketOptions()
        options.framing = framing
        let chosen = options
        try await ConnectionManager.run(network: system) { plain in
            try await ConnectionManager.run(network: network) { manager in
                let far = try await plain.openUDP(host: "127.0.0.1", options: chosen)
                let near = try await manager.openUDP(host: "127.0.0.1", options: chosen)
                try await body(network, near, far)
            }
        }
    }

    private func number(_ value: Int) -> Datagram {
        Datagram { $0.append(UInt32(value)) }
    }

    @Test func aRoundTripTakesItsTime() async throws {
        let profile = LinkProfile(latency: .milliseconds(25), jitter: .milliseconds(5))
        try await withSockets(profile, incoming: profile) { network, near, far in
            var (asked, answered) = (
                far.datagrams.makeAsyncIterator(), near.datagrams.makeAsyncIterator()
            )
            for round in 0..<5 {
                let sent = network.clock.now
                try await near.send(number(round), to: far.localAddress)
                let question = try #require(await asked.next())
                #expect(sent.duration(to: network.clock.now) >= .milliseconds(25))
                #expect(question.address == near.localAddress)
                try await far.send(question.datagram, to: question.address)
                let answer = try #require(await answered.next())
                #expect(answer.datagram == number(round))
                #expect(sent.duration(to: network.clock.now) >= .milliseconds(50))
            }
        }
    }

    /// Sends numbers in small batches, and then one by the plain path that always gets through, so
    /// so that no test waits for a datagram that may be lost.
    private func survivors(_ profile: LinkProfile, count: Int, seed: UInt64) async throws -> [Int] {
        var numbers: [Int] = []
        try await withSockets(profile, seed: seed) { network, near, far in
            for value in 0..<count {
                try await near.send(number(value), to: far.localAddress)
                if value % 50 == 49 { try await network.clock.sleep(for: .milliseconds(1)) }
            }
            // All this happens on one loop, whose timers run in their order: this one is later than
            // those of anything that is under way.
            try await network.clock.sleep(for: .milliseconds(100))
            try await far.send(number(count), to: far.localAddress)
            for await packet in far.datagrams {
                var fields = packet.datagram.reader
                let value = Int(try fields.read(UInt32.self))
                if value == count { return }
                numbers.append(value)
            }
        }
        return numbers
    }

    @Test func lossHasItsRateAndItsSeed() async throws {
        let profile = LinkProfile(latency: .milliseconds(1), loss: .independent(0.3))
        let first = try await survivors(profile, count: 1000, seed: 5)
        #expect((600...800).contains(first.count))
        #expect(first == first.sorted())
        let second = try await survivors(profile, count: 1000, seed: 5)
        #expect(first == second)
        #expect(try await survivors(profile, count: 1000, seed: 6) != first)
    }

    @Test func packetsAreDuplicatedAndReordered() async throws {
        let profile = LinkProfile(
            latency: .milliseconds(1), duplication: 0.5,
            reordering: Reordering(probability: 0.2, delay: .milliseconds(5)))
        let numbers = try await survivors(profile, count: 500, seed: 2)
        #expect(Set(numbers) == Set(0..<500))
        #expect((650...850).contains(numbers.count))
        #expect(numbers != numbers.sorted())
    }

    @Test func theChecksumDetectsCorruption() async throws {
        try await withSockets(LinkProfile(corruption: 1), framing: .checksummed) {
            network, near, far in
            for value in 0..<50 { try await near.send(number(value), to: far.localAddress) }
            try await far.send(number(99), to: far.localAddress)
            while await far.statistics.datagramsReceived == 0 {
                try await network.clock.sleep(for: .milliseconds(1))
            }
            #expect(await far.statistics.invalid == 50)
        }
    }

    @Test func closingDeliversPacketsInTransit() async throws {
        try await withSockets(LinkProfile(latency: .milliseconds(100))) { _, near, far in
            try await near.send(number(7), to: far.localAddress)
            await near.close()
            let last = await far.datagrams.first()
            #expect(last?.datagram == number(7))
        }
    }

    @Test func theLargestDatagramGetsThrough() async throws {
        try await withSockets(.perfect) { _, near, far in
            let large = Datagram(bytes: [UInt8](repeating: 3, count: 65_507))
            try await near.send(large, to: far.localAddress)
            #expect(await far.datagrams.first()?.datagram == large)
            try await near.send(Datagram(), to: far.localAddress)
            #expect(await far.datagrams.first()?.datagram.isEmpty == true)
        }
    }
}
