import ParleyDatagrams
import ParleySimulation
import TestNetworks
import Testing

@testable import ParleySockets

/// Sockets that pause between two looks for datagrams, and sockets that are drained.
@Suite(.timeLimit(.minutes(5)))
struct CoalescingTests {
    /// What a server saw of a hundred datagrams that were sent 0.1 ms apart, in virtual time.
    private struct Observation {
        /// How many datagrams each look brought.
        var batches: [Int] = []
        /// The longest wait of a datagram, beyond its time on the link.
        var longestWait = Duration.zero
        /// The times of round trips over TCP to the same loop.
        var roundTrips: [Duration] = []
    }

    private static let latency = Duration.milliseconds(5)

    private func observe(coalescing: Duration) throws -> Observation {
        let simulation = Simulation(seed: 1, links: LinkProfile(latency: Self.latency))
        return try simulation.run { simulation in
            let manager = ConnectionManager(network: simulation.host("server"))
            let client = ConnectionManager(network: simulation.host("client"))
            var options = DatagramSocketOptions()
            options.coalescing = coalescing
            let socket = try await manager.openUDP(port: 4_000, options: options)
            let listener = try await manager.listen(port: 4_000)
            let observation = try await withThrowingTaskGroup(of: [Duration].self) { group in
                group.addTask {
                    for await connection in listener.connections {
                        try await echo(over: connection)
                    }
                    return []
                }
                group.addTask { try await send(with: client, on: simulation) }
                group.addTask { try await measure(with: client, on: simulation) }
                var observation = try await receive(from: socket, on: simulation)
                while observation.roundTrips.isEmpty, let next = try await group.next() {
                    observation.roundTrips = next
                }
                group.cancelAll()
                return observation
            }
            await client.shutdown()
            await manager.shutdown()
            return observation
        }
    }

    private func echo(over connection: Connection) async throws {
        for await datagram in connection.datagrams { try await connection.send(datagram) }
    }

    /// Sends datagrams that carry the time at which they were sent.
    private func send(
        with manager: ConnectionManager, on simulation: Simulation
    ) async throws -> [Duration] {
        let socket = try await manager.openUDP()
        var address = simulation.host("server").address
        address.port = 4_000
        for _ in 0..<100 {
            let now = UInt64(simulation.clock.now.nanoseconds)
            try await socket.send(Datagram { $0.append(now) }, to: address)
            try await simulation.clock.sleep(for: .microseconds(100))
        }
        return []
    }

    private func measure(
        with manager: ConnectionManager, on simulation: Simulation
    ) async throws -> [Duration] {
        let stream = try await manager.connect(to: "server", port: 4_000)
        var roundTrips: [Duration] = []
        for _ in 0..<2 {
            let began = simulation.clock.now
            try await stream.send(Datagram(bytes: [1]))
            _ = await stream.datagrams.first { _ in true }
            roundTrips.append(began.duration(to: simulation.clock.now))
        }
        return roundTrips
    }

    private func receive(
        from socket: DatagramSocket, on simulation: Simulation
    ) async throws -> Observation {
        var observation = Observation()
        for await batch in socket.batches {
            observation.batches.append(batch.count)
            for received in batch {
                var reader = received.datagram.reader
                let sent = NetworkInstant(nanoseconds: Int64(try reader.read(UInt64.self)))
                let wait = sent.duration(to: simulation.clock.now) - Self.latency
                observation.longestWait = max(observation.longestWait, wait)
            }
            if observation.batches.reduce(0, +) == 100 { break }
        }
        return observation
    }

    @Test func aBusySocketLooksOncePerPauseAndTCPNeverWaits() throws {
        let prompt = try observe(coalescing: .zero)
        #expect(prompt.batches.count == 100 && prompt.longestWait == .zero)
        let coalesced = try observe(coalescing: .milliseconds(1))
        // Datagrams of ten milliseconds: one look for the first, and ten more.
        #expect(coalesced.batches.first == 1 && coalesced.batches.count <= 11)
        #expect(coalesced.longestWait <= .milliseconds(1))
        #expect(prompt.roundTrips == coalesced.roundTrips)
        #expect(coalesced.roundTrips == [.milliseconds(10), .milliseconds(10)])
    }

    /// The pause is far longer than the test: only a look that the pause does not hold up succeeds.
    @Test func aPauseDelaysNothingElse() async throws {
        let network = SystemNetwork()
        try await ConnectionManager.run(network: network) { manager in
            var options = DatagramSocketOptions()
            options.coalescing = .seconds(3_600)
            let socket = try await manager.openUDP(host: "127.0.0.1", options: options)
            let sender = try await manager.openUDP(host: "127.0.0.1")
            let target = socket.localAddress
            try await sender.send(Datagram(bytes: [0]), to: target)
            #expect(await socket.datagrams.first { _ in true }?.datagram.bytes == [0])
            for number in 1...3 as ClosedRange<UInt8> {
                try await sender.send(Datagram(bytes: [number]), to: target)
            }
            // Work from another thread, TCP, a timer, and another UDP socket.
            await withCheckedContinuation { done in socket.loop.execute { done.resume() } }
            let listener = try await manager.listen(host: "127.0.0.1")
            let client = try await manager.connect(to: listener.localAddress)
            try await client.send(Datagram(bytes: [7]))
            let server = await listener.connections.first { _ in true }
            #expect(await server?.datagrams.first { _ in true }?.bytes == [7])
            try await network.clock.sleep(for: .milliseconds(1))
            try await socket.send(Datagram(bytes: [8]), to: sender.localAddress)
            #expect(await sender.datagrams.first { _ in true }?.datagram.bytes == [8])
            #expect(await socket.statistics.datagramsReceived == 1)
            #expect(await socket.drain().map { $0.datagram.bytes } == [[1], [2], [3]])
        }
    }

    @Test(.everyNetwork) func drainingReadsTheMailboxAndTheSystemsBuffer() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            var options = DatagramSocketOptions(framing: .raw)
            options.buffering = .pause(bytes: 200)
            let socket = try await manager.openUDP(host: "127.0.0.1", options: options)
            let peer = try datagramPeer()
            var received: [UInt8] = []
            for round in 0..<4 as Range<UInt8> {
                for number in 0..<20 {
                    peer.send([round * 20 + UInt8(number)], to: socket.localAddress)
                }
                // The socket's mailbox is full by then, and the system buffers the rest.
                try await until { await socket.statistics.datagramsReceived > round * 20 }
                while received.count < Int(round + 1) * 20 {
                    received += await socket.drain().flatMap(\.datagram.bytes)
                    await TestNetwork.current.pause()
                }
            }
            #expect(received == Array(0..<80))
            peer.send([99], to: socket.localAddress)
            #expect(await socket.datagrams.first { _ in true }?.datagram.bytes == [99])
            await socket.close()
            #expect(await socket.drain().isEmpty)
        }
    }

    /// A call after the end neither waits nor fails, and nothing that had arrived is lost.
    @Test(.everyNetwork) func aClosedSocketGivesWhatNobodyHasRead() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let socket = try await manager.openUDP(
                host: "127.0.0.1", options: DatagramSocketOptions(framing: .raw))
            let peer = try datagramPeer()
            for number in 1...3 as ClosedRange<UInt8> {
                peer.send([number], to: socket.localAddress)
            }
            try await until { await socket.statistics.datagramsReceived == 3 }
            await socket.close()
            #expect(await socket.drain().map(\.datagram.bytes) == [[1], [2], [3]])
            #expect(await socket.drain().isEmpty)
            #expect(await socket.datagrams.first { _ in true } == nil)
        }
    }
}
