import Glibc
import ParleyDatagrams
import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// Bounds and endings that a real system reaches too seldom, forced through the fake ports.
@Suite(.timeLimit(.minutes(5)))
struct ForcedBoundsTests {
    let registry = ConnectionRegistry(limits: .init())
    let one = Datagram(bytes: [1])

    func socket(on loop: EventLoop, _ port: FakeDatagramPort) async -> DatagramSocket {
        let registry = registry
        return await onLoop(loop) {
            let socket = DatagramSocket(
                port: port, loop: loop, options: .init(framing: .raw),
                onEnd: { registry.remove($0) })
            _ = socket.assumeIsolated { $0.start() }
            return socket
        }
    }

    /// A connection whose peer may take nothing for as long as a busy machine needs.
    static var patient: ConnectionOptions {
        var options = ConnectionOptions()
        options.stallTimeout = nil
        return options
    }

    func connection(
        on loop: EventLoop, _ port: FakeStreamPort,
        _ options: ConnectionOptions = ForcedBoundsTests.patient
    ) async throws -> Connection {
        let registry = registry
        let connection = await onLoop(loop) {
            let connection = registry.adopt(port, loop: loop, options: options)
            connection?.assumeIsolated { $0.start() }
            return connection
        }
        return try #require(connection)
    }

    func listener(
        on loop: EventLoop, _ port: FakeListenerPort, network: SystemNetwork,
        options: ConnectionOptions = .init()
    ) async -> ConnectionListener {
        let registry = registry
        return await onLoop(loop) {
            let listener = ConnectionListener(
                port: port, loop: loop, network: network, options: options, registry: registry)
            _ = listener.assumeIsolated { $0.start() }
            return listener
        }
    }

    // MARK: Endings

    @Test(arguments: [[], [ReadOutcome.bytes(1, more: true)]])
    func aResetThatAWriteFindsIsAReset(readable: [ReadOutcome]) async throws {
        // The write takes the error off the socket, so that the read sees nothing but an end: between
        // two frames, or after the first byte of one.
        let (loop, port) = (try EventLoop(), FakeStreamPort())
        let connection = try await connection(on: loop, port)
        port.state.withLock {
            $0.writes = [.failed(.connectionReset)]
            $0.reads = readable + [.end]
        }
        try await connection.send(one)
        #expect(await connection.terminated() == .reset)
    }

    @Test func anEndBeforeABrokenPipeIsAnEnd() async throws {
        let (loop, port) = (try EventLoop(), FakeStreamPort())
        let connection = try await connection(on: loop, port)
        port.state.withLock {
            $0.writes = [.failed(.brokenPipe)]
            $0.reads = [.end]
        }
        try await connection.send(one)
        #expect(await connection.terminated() == .closedByPeer)
    }

    @Test func anEndedConnectionFreesItsMemory() async throws {
        let (loop, port) = (try EventLoop(), FakeStreamPort())
        let connection = try await connection(on: loop, port)
        // An unfinished frame of 60,000 bytes, and then a reset.
        port.state.withLock {
            $0.fill = 0xea
            $0.reads = [.bytes(50_000, more: true), .failed(.connectionReset)]
        }
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameReadable() }
        #expect(await connection.terminated() == .reset)
        await connection.assertNoMemory()
    }

    @Test func aListenerAndASocketSayWhyTheyEnded() async throws {
        let (network, port) = (SystemNetwork(), FakeListenerPort())
        let loop = network.loops.nextLoop()
        let listener = await listener(on: loop, port, network: network)
        #expect(listener.closeReason == nil)
        let handler = port.offer([.failed(.networkDown)])
        async let served = serveAndCatch(listener)
        await onLoop(loop) { handler?.portBecameReadable() }
        #expect(await listener.terminated() == .failed(.networkDown))
        #expect(await served == .failed(.networkDown))

        let packets = FakeDatagramPort()
        let socket = await socket(on: loop, packets)
        packets.state.withLock { $0.outcomes = [.failed(.networkDown)] }
        try await socket.send(one, to: .loopback(port: 9))
        #expect(await socket.terminated() == .failed(.networkDown))
        await #expect(throws: SendError.closed(.failed(.networkDown))) {
            try await socket.send(one, to: .loopback(port: 9))
        }
        await socket.close()
        #expect(socket.closeReason == .failed(.networkDown))
    }

    private func serveAndCatch(_ listener: ConnectionListener) async -> CloseReason? {
        do throws(CloseReason) {
            try await listener.serve { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test func anErrorOfOneConnectionDoesNotEndTheListener() {
        // accept(2): these are errors of the connection that waits, to be treated like EAGAIN.
        for code in [
            ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH,
        ] {
            #expect(!SystemError(code: code).isListenerFailure)
        }
        #expect(SystemError(code: EBADF).isListenerFailure)
    }

    // MARK: Accepting

    @Test func optionsAreSetBeforeTheManagerKnowsTheConnection() async throws {
        let (network, port) = (SystemNetwork(), FakeListenerPort())
        let loop = network.loops.nextLoop()
        let listener = await listener(on: loop, port, network: network)
        let known = Trace()
        let stream = FakeStreamPort { [registry] state in
            state.onSet = { known.note(registry.connections.count) }
        }
        let handler = port.offer([.accepted(stream)])
        await onLoop(loop) { handler?.portBecameReadable() }
        let connection = try #require(await listener.connections.first { _ in true })
        #expect(known.all == [0])
        #expect(registry.connections == [connection])
        await connection.abort()
        await listener.close()
        #expect(listener.closeReason == .local)
    }

    @Test func onlyAListenerWithoutDescriptorsLearnsOfAnEnd() async throws {
        let (network, port) = (SystemNetwork(), FakeListenerPort())
        let loop = network.loops.nextLoop()
        let listener = await listener(on: loop, port, network: network)
        let (first, second) = (FakeStreamPort(), FakeStreamPort())
        let handler = port.offer([.accepted(first)])
        await onLoop(loop) { handler?.portBecameReadable() }
        let connection = try #require(await listener.connections.first { _ in true })
        #expect(registry.starvedListeners.isEmpty)
        _ = port.offer([.exhausted(.tooManyDescriptors), .accepted(second)])
        await onLoop(loop) { handler?.portBecameReadable() }
        #expect(
            registry.starvedListeners.map(ObjectIdentifier.init) == [ObjectIdentifier(listener)])
        await connection.abort()
        #expect(registry.starvedListeners.isEmpty)
        await onLoop(loop) { handler?.portBecameReadable() }
        #expect(await listener.connections.first { _ in true } != nil)
        await listener.close()
    }

    // MARK: Bounds

    @Test func aFlushLeavesTheLoopToOthers() async throws {
        // What a sender on another thread does: it queues as fast as the system takes.
        let (loop, port, seen) = (try EventLoop(), FakeStreamPort(), Trace())
        let connection = try await connection(on: loop, port)
        port.state.withLock { [one] state in
            state.onWrite = { calls in
                if calls == 1 { loop.execute { seen.note(port.state.withLock { $0.writeCalls }) } }
                if calls < 1000 { try? connection.offer(one) }
            }
        }
        try await connection.send(one)
        #expect(await eventually { port.state.withLock { $0.writeCalls } == 1000 })
        #expect(await eventually { !seen.all.isEmpty })
        // The job that was queued during the first write ran after one share of the turn.
        #expect(seen.all == [16])
        #expect(port.state.withLock { $0.taken.count } == 3000)
    }

    @Test func aFlushOfPacketsLeavesTheLoopToOthers() async throws {
        let (loop, port, seen) = (try EventLoop(), FakeDatagramPort(), Trace())
        let socket = await socket(on: loop, port)
        port.state.withLock { [one] state in
            state.onSend = { calls in
                if calls == 1 { loop.execute { seen.note(port.state.withLock { $0.calls }) } }
                if calls < 1000 { _ = try? socket.queue(one, to: .loopback(port: 9), from: nil) }
            }
        }
        try await socket.send(one, to: .loopback(port: 9))
        #expect(await eventually { port.state.withLock { $0.calls } == 1000 })
        #expect(await eventually { !seen.all.isEmpty })
        #expect(seen.all == [16])
    }

    @Test func aBlockedConnectionDoesNotTryAgainEveryTurn() async throws {
        let (loop, port) = (try EventLoop(), FakeStreamPort { $0.writes = [.wouldBlock] })
        let connection = try await connection(on: loop, port)
        for _ in 0..<5 {
            try connection.offer(one)
            // Each call is a turn of the loop, with a flush at its end.
            await onLoop(loop) {}
        }
        await onLoop(loop) {}
        #expect(port.state.withLock { $0.writeCalls } == 1)
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameWritable() }
        #expect(port.state.withLock { $0.taken.count } == 15)
        try await connection.send(one)
        #expect(await eventually { port.state.withLock { $0.taken.count } == 18 })
    }

    @Test func readingStopsAtTheFirstReadOverTheBound() async throws {
        let (loop, port) = (try EventLoop(), FakeStreamPort())
        let connection = try await connection(on: loop, port)
        // Each read has 50,000 empty frames, which count 32 bytes each.
        port.state.withLock {
            $0.reads = Array(repeating: .bytes(100_000, more: true), count: 4)
        }
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameReadable() }
        #expect(port.state.withLock { $0.reads.count } == 3)
        #expect(await connection.statistics.datagramsReceived == 50_000)
        await connection.abort()
    }

    @Test func emptyPacketsAreBoundedToo() throws {
        let outbox = PacketOutbox(watermark: 64 * 100)
        var queued = 0
        while queued < 1000 {
            let outcome = try outbox.append(Datagram(), to: .loopback(port: 9), framing: .raw)
            if case .full = outcome { break }
            queued += 1
        }
        #expect(queued == 100)
        // Packets that the socket has queued and not sent count as well.
        var taken = PacketBuffer()
        outbox.take(into: &taken)
        guard case .full = try outbox.append(Datagram(), to: .loopback(port: 9), framing: .raw)
        else {
            Issue.record("the packets have not left")
            return
        }
        outbox.emptied(sent: 100, bytes: 0)
        guard
            case .queuedFirst = try outbox.append(
                Datagram(), to: .loopback(port: 9), framing: .raw)
        else {
            Issue.record("the packets have left")
            return
        }
    }

    @Test func elementsQueuedBeforeAReaderCountInItToo() async throws {
        let (loop, port) = (try EventLoop(), FakeStreamPort())
        let connection = try await connection(on: loop, port)
        port.state.withLock { $0.reads = [.bytes(20, more: false)] }
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameReadable() }
        let reader = ConnectionReader(policy: .pause(bytes: 320))
        #expect(await reader.add(connection))
        #expect(await connection.isReadingPaused)
        await connection.abort()
    }
}

extension Connection {
    /// Checks that nothing is kept for bytes that came or wait to leave.
    fileprivate func assertNoMemory() {
        #expect(decoder.bufferedCount == 0 && received.capacity == 0)
        #expect(writing.capacity == 0)
    }
}
