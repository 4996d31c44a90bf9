import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// TCP over a conditioned network, on loopback: late, and otherwise what TCP is.
@Suite(.timeLimit(.minutes(5)))
struct ConditionedStreamTests {
    /// As bad as TCP can take it without a test that lasts for minutes.
    static let rough = LinkProfile(
        latency: .milliseconds(2), jitter: .milliseconds(2),
        loss: .bursts(GilbertElliott(meanLoss: 0.02, meanBurst: 2)), duplication: 0.2,
        reordering: Reordering(probability: 0.1, delay: .milliseconds(3)), corruption: 0.01,
        truncation: 0.1, bandwidth: 4_000_000, queue: 20_000)

    @Test func everythingArrivesInOrderAndWhole() async throws {
        var options = ConnectionOptions()
        options.allowsHalfClose = true
        try await onConditionedStage(Self.rough, options, seed: 3) { stage in
            let (client, server) = try await stage.pair()
            let messages = (0..<400).map { number in
                Datagram {
                    $0.append(bytes: (0..<number * 5).map { UInt8(truncatingIfNeeded: $0) })
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for message in messages { try await client.send(message) }
                    await client.finish()
                }
                group.addTask {
                    for await message in server.datagrams { try await server.send(message) }
                    await server.finish()
                }
                let echoed = await client.datagrams.reduce(into: []) { $0.append($1) }
                #expect(echoed == messages)
                try await group.waitForAll()
            }
            #expect(await client.terminated() == .local)
            #expect(await server.terminated() == .closedByPeer)
        }
    }

    @Test func aRoundTripTakesItsTime() async throws {
        let profile = LinkProfile(latency: .milliseconds(30), jitter: .milliseconds(5))
        try await onConditionedStage(profile) { stage in
            let clock = stage.network.clock
            let beginning = clock.now
            let (client, server) = try await stage.pair()
            #expect(beginning.duration(to: clock.now) >= .milliseconds(60))
            for _ in 0..<5 {
                let sent = clock.now
                try await client.send(Datagram(bytes: [1]))
                let question = try #require(await server.datagrams.first())
                #expect(sent.duration(to: clock.now) >= .milliseconds(30))
                try await server.send(question)
                _ = try #require(await client.datagrams.first())
                #expect(sent.duration(to: clock.now) >= .milliseconds(60))
            }
        }
    }

    @Test func aRefusalTakesARoundTripToo() async throws {
        let network = NetworkConditioner(
            SystemNetwork(), profile: LinkProfile(latency: .milliseconds(30)), seed: 1)
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            let address = listener.localAddress
            await listener.close()
            let beginning = network.clock.now
            await #expect(throws: ConnectError.self) { try await manager.connect(to: address) }
            #expect(beginning.duration(to: network.clock.now) >= .milliseconds(60))
        }
    }

    @Test func theBandwidthIsObeyed() async throws {
        let profile = LinkProfile(bandwidth: 1_000_000, queue: 16_000)
        try await onConditionedStage(profile) { stage in
            let (client, server) = try await stage.pair()
            let clock = stage.network.clock
            let beginning = clock.now
            let chunk = Datagram(bytes: [UInt8](repeating: 7, count: 20_000))
            async let sending: Void = {
                for _ in 0..<15 { try await client.send(chunk) }
                await client.finish()
            }()
            let arrived = await server.datagrams.reduce(0) { $0 + $1.count }
            try await sending
            #expect(arrived == 300_000)
            #expect(beginning.duration(to: clock.now) >= .milliseconds(300))
        }
    }

    @Test func aReaderThatPausesStopsTheSender() async throws {
        var narrow = ConnectionOptions()
        narrow.inboundWatermark = 10_000
        narrow.outboundWatermark = 10_000
        let options = narrow
        try await onConditionedStage(LinkProfile(latency: .milliseconds(1)), options) { stage in
            let (client, server) = try await stage.pair(options)
            let chunk = Datagram(bytes: [UInt8](repeating: 1, count: 60_000))
            let total = 1000
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<total { try await client.send(chunk) }
                    await client.finish()
                }
                // The bytes under way fit into the sockets' and the line's bounds, far from all.
                var last = -1
                while case let sent = await client.statistics.bytesSent, sent != last || sent == 0 {
                    last = sent
                    try await stage.network.clock.sleep(for: .milliseconds(100))
                }
                #expect(last < total * 60_000 / 2)
                let count = await server.datagrams.reduce(0) { $0 + $1.count }
                #expect(count == total * 60_000)
                try await group.waitForAll()
            }
        }
    }

    @Test func closingDeliversPacketsInTransit() async throws {
        let profile = LinkProfile(latency: .milliseconds(200), bandwidth: 400_000, queue: 100_000)
        try await onConditionedStage(profile) { stage in
            let (client, server) = try await stage.pair()
            let words = Datagram(bytes: [UInt8](repeating: 9, count: 50_000))
            try await client.send(words)
            try await client.flush()
            async let closing: Void = client.close()
            #expect(await server.datagrams.reduce(into: []) { $0.append($1) } == [words])
            await closing
            #expect(await server.terminated() == .closedByPeer)
        }
    }

    @Test func aResetOvertakesNothing() async throws {
        try await onConditionedStage(LinkProfile(latency: .milliseconds(50))) { stage in
            let (client, server) = try await stage.pair()
            let words = Datagram(bytes: [1, 2, 3])
            try await client.send(words)
            try await client.flush()
            await client.abort()
            #expect(await server.datagrams.reduce(into: []) { $0.append($1) } == [words])
            #expect(await server.terminated() == .reset)
        }
    }

    @Test func aWriterNoticesABrokenPeer() async throws {
        try await onConditionedStage(LinkProfile(latency: .milliseconds(20))) { stage in
            let (client, server) = try await stage.pair()
            await server.abort()
            await #expect(throws: SendError.self) {
                while true {
                    try await client.send(Datagram(bytes: [1]))
                    try await stage.network.clock.sleep(for: .milliseconds(5))
                }
            }
            #expect(await client.terminated() == .reset)
        }
    }

    @Test func cancellingAConnectionAttemptLeaksNothing() async throws {
        try await onConditionedStage(LinkProfile(latency: .seconds(60))) { stage in
            let connecting = Task { try await stage.manager.connect(to: stage.address) }
            let accepted = try #require(await stage.listener.connections.first())
            connecting.cancel()
            await #expect(throws: ConnectError.cancelled) { try await connecting.value }
            await accepted.abort()
            #expect(stage.manager.connections.isEmpty)
        }
    }
}
