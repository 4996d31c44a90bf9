import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// Leaks of the process. Each test runs in its own process, so that others don't disturb its counts.
@Suite(.timeLimit(.minutes(5)))
struct LeakTests {
    @Test func openingAndClosingLeaksNothing() async {
        await #expect(processExitsWith: .success) {
            try await sleepOnceByEachClock()
            try await LeakTests.openAndClose()
            let (descriptors, threads) = (countOfProcess("fd"), countOfProcess("task"))
            for _ in 0..<200 { try await LeakTests.openAndClose() }
            #expect(await eventually { countOfProcess("fd") <= descriptors })
            // The runtime's own pool may have grown by a thread or two, the loops' may not.
            #expect(await eventually { countOfProcess("task") <= threads + 4 })
        }
    }

    /// Each way to open something, with each way to end.
    static func openAndClose() async throws {
        try await onStage { stage in
            let (client, server) = try await stage.pair()
            try await client.send(Datagram(bytes: [1]))
            _ = await server.next()
            let (peer, connection) = try await stage.systemPair()
            peer.reset()
            await connection.terminated()
            let socket = try await stage.manager.openUDP(host: "127.0.0.1")
            try await socket.send(Datagram(bytes: [1]), to: socket.localAddress)
            let reader = ConnectionReader()
            await reader.add(server)
            await reader.add(socket)
            await client.abort()
        }
    }

    @Test func aLoopEndsWithItsLastReference() async {
        await #expect(processExitsWith: .success) {
            try await sleepOnceByEachClock()
            do {
                let loop = try EventLoop()
                await onLoop(loop) {}
            }
            let before = (countOfProcess("fd"), countOfProcess("task"))
            do {
                var loops = try (0..<20).map { _ in try EventLoop() }
                for loop in loops { await onLoop(loop) {} }
                #expect(countOfProcess("task") > before.1 + 10)
                // The last reference may also go on the loop's own thread.
                let last = try EventLoop()
                last.execute { [last] in _ = last.now }
                loops = []
            }
            // The runtime's own pool may have grown by some threads, but not by twenty.
            #expect(await eventually { countOfProcess("task") <= before.1 + 6 })
            #expect(await eventually { countOfProcess("fd") <= before.0 })
        }
    }

    @Test func shutdownFlushesClosesAndFinishesEverything() async {
        await #expect(processExitsWith: .success) {
            // Descriptors that the runtime opens once and keeps are not counted.
            try await sleepOnceByEachClock()
            try await LeakTests.openAndClose()
            let network = SystemNetwork()
            _ = try await network.resolve("localhost", port: 1)
            let before = countOfProcess("fd")
            let manager = ConnectionManager(network: network)
            let listener = try await manager.listen(host: "127.0.0.1")
            let socket = try await manager.openUDP(host: "127.0.0.1")
            let peer = try await PlainPeer.connected(to: listener.localAddress)
            let connection = try #require(await listener.connections.first { _ in true })
            let bytes = [UInt8](repeating: 4, count: 65_000)
            for _ in 0..<50 { try connection.offer(Datagram(bytes: bytes)) }
            let streams = [
                Task { for await _ in listener.connections {} },
                Task { for await _ in socket.datagrams {} },
                Task { for await _ in connection.datagrams {} },
                Task { for await _ in manager.terminations {} },
            ]
            async let down: Void = manager.shutdown(within: .seconds(30))
            let arrived = await peer.readToEnd()
            peer.close()
            await down
            #expect(arrived.bytes.count == 50 * 65_002 && arrived.ending == .end)
            for stream in streams { await stream.value }
            #expect(connection.closeReason == .local)
            #expect(manager.connections.isEmpty)
            #expect(await eventually { countOfProcess("fd") <= before })
        }
    }

    @Test func cancellingAnywhereLeaksNothing() async {
        await #expect(processExitsWith: .success) {
            try await sleepOnceByEachClock()
            try await LeakTests.openAndClose()
            let before = countOfProcess("fd")
            for round in 0..<300 {
                let work = Task { try await LeakTests.openAndClose() }
                // Every round goes a little further before it is cancelled.
                for _ in 0..<round * 2 { await Task.yield() }
                work.cancel()
                _ = await work.result
            }
            #expect(await eventually { countOfProcess("fd") <= before })
        }
    }

    @Test func whatIsClosedIsFreed() async throws {
        let watch = Watch()
        try await onStage { stage in
            let (peer, accepted) = try await stage.systemPair()
            peer.close()
            await accepted.terminated()
            watch.connection = accepted
            watch.listener = stage.listener
            watch.manager = stage.manager
            watch.loop = accepted.loop
        }
        // The terminations were not read.
        #expect(await eventually { watch.manager == nil })
        #expect(await eventually { watch.connection == nil })
        #expect(await eventually { watch.listener == nil })
        #expect(await eventually { watch.loop == nil })
    }

    /// Refers to objects without retaining them.
    final class Watch: @unchecked Sendable {
        weak var connection: Connection?
        weak var listener: ConnectionListener?
        weak var manager: ConnectionManager?
        weak var loop: (any NetworkLoop)?
    }
}
