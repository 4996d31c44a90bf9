import ParleyDatagrams
import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// Faults that a real system has too seldom, forced through the fake ports.
@Suite(.timeLimit(.minutes(5)))
struct ForcedFaultTests {
    let registry = ConnectionRegistry(limits: .init())

    /// A UDP socket on a fake port.
    func socket(
        on loop: EventLoop, _ port: FakeDatagramPort, _ options: DatagramSocketOptions = .init()
    ) async -> DatagramSocket {
        let registry = registry
        return await onLoop(loop) {
            let socket = DatagramSocket(
                port: port, loop: loop, options: options, onEnd: { registry.remove($0) })
            _ = socket.assumeIsolated { $0.start() }
            return socket
        }
    }

    /// A connection on a fake port.
    func connection(
        on loop: EventLoop, _ port: FakeStreamPort, _ options: ConnectionOptions = .init()
    ) async -> Connection? {
        let registry = registry
        return await onLoop(loop) {
            let connection = registry.adopt(port, loop: loop, options: options)
            connection?.assumeIsolated { $0.start() }
            return connection
        }
    }

    @Test func theSendsOfATickLeaveInFewCalls() async throws {
        let (loop, port) = (try EventLoop(), FakeDatagramPort())
        let socket = await socket(on: loop, port, .init(framing: .raw))
        try await withTaskExecutorPreference(loop.taskExecutor) {
            for number in 0..<200 {
                try await socket.send(
                    Datagram(bytes: [UInt8(number)]), to: .loopback(port: 9))
            }
        }
        #expect(await eventually { port.state.withLock { $0.sent.count } == 200 })
        port.state.withLock { state in
            #expect(state.calls == 4)
            #expect(state.sent == (0..<200).map { [UInt8($0)] })
        }
    }

    @Test func aFullSystemBufferDelaysAndARefusalSkipsOne() async throws {
        let (loop, port) = (try EventLoop(), FakeDatagramPort())
        let socket = await socket(on: loop, port, .init(framing: .raw))
        port.state.withLock {
            $0.outcomes = [.wouldBlock, .sent(1), .wouldBlock, .refused(.messageTooLong), .sent(1)]
        }
        try await withTaskExecutorPreference(loop.taskExecutor) {
            for number in 0..<5 {
                try await socket.send(
                    Datagram(bytes: [UInt8(number)]), to: .loopback(port: 9))
            }
        }
        for calls in [1, 3] {
            #expect(await eventually { port.state.withLock { $0.calls } == calls })
            let handler = port.state.withLock { $0.handler }
            await onLoop(loop) { handler?.portBecameWritable() }
        }
        #expect(port.state.withLock { $0.sent } == [[0], [2], [3], [4]])
        #expect(await socket.statistics.refused == 1)
        #expect(await socket.statistics.datagramsSent == 4)
    }

    @Test func closingWithAFullSystemBufferResumesWaitingSenders() async throws {
        let (loop, port) = (try EventLoop(), FakeDatagramPort())
        var options = DatagramSocketOptions(framing: .raw)
        options.outboundWatermark = 10
        let socket = await socket(on: loop, port, options)
        port.state.withLock { $0.outcomes = Array(repeating: .wouldBlock, count: 1000) }
        let sender = Task { () -> SendError? in
            do throws(SendError) {
                while true {
                    try await socket.send(
                        Datagram(bytes: [1, 2, 3, 4]), to: .loopback(port: 9))
                }
            } catch {
                return error
            }
        }
        #expect(await eventually { port.state.withLock { $0.calls } > 0 })
        await socket.close()
        #expect(await sender.value == .closed(.local))
        #expect(port.state.withLock { $0.isClosed })
    }

    @Test func aByteAtATimeArrivesWhole() async throws {
        let loop = try EventLoop()
        let port = FakeStreamPort { state in
            state.writes = (0..<500).flatMap { _ in [WriteOutcome.wrote(1), .wouldBlock] }
        }
        // No limits of time: on a busy machine it takes long until it is this task's turn.
        let patient = ConnectionOptions.with {
            $0.idleTimeout = nil
            $0.stallTimeout = nil
        }
        let connection = try #require(await connection(on: loop, port, patient))
        let payload = (0..<200).map { UInt8($0) }
        try await connection.send(Datagram(bytes: payload))
        let closing = Task { await connection.close(within: .seconds(600)) }
        while port.state.withLock({ $0.taken.count }) < 202 {
            try Task.checkCancellation()
            let handler = port.state.withLock { $0.wantsWriting ? $0.handler : nil }
            await onLoop(loop) { handler?.portBecameWritable() }
        }
        #expect(port.state.withLock { $0.taken } == frame(payload))
        try await until { port.state.withLock { $0.isShutDown } }
        port.state.withLock { $0.reads = [.end] }
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameReadable() }
        await closing.value
        #expect(connection.closeReason == .local)
        #expect(port.state.withLock { $0.isShutDown && $0.closes == 1 && $0.resets == 0 })
    }

    @Test(arguments: [
        (SystemError.connectionReset, CloseReason.reset), (.brokenPipe, .reset),
        (.timedOut, .failed(.timedOut)),
    ])
    func errorsEndTheConnectionOnce(error: SystemError, reason: CloseReason) async throws {
        let loop = try EventLoop()
        for isReading in [false, true] {
            let port = FakeStreamPort()
            let connection = try #require(await connection(on: loop, port))
            port.state.withLock { state in
                if isReading { state.reads = [.bytes(2, more: true), .failed(error)] }
                if !isReading { state.writes = [.failed(error)] }
            }
            let handler = port.state.withLock { $0.handler }
            if isReading {
                await onLoop(loop) { handler?.portBecameReadable() }
            } else {
                try await connection.send(Datagram(bytes: [1]))
            }
            #expect(await connection.terminated() == reason)
            await onLoop(loop) {
                handler?.portBecameReadable()
                handler?.portBecameWritable()
            }
            #expect(connection.closeReason == reason)
            #expect(await connection.rest().count == (isReading ? 1 : 0))
        }
    }

    @Test func aPortThatCannotBeWatchedEndsTheConnection() async throws {
        let loop = try EventLoop()
        let port = FakeStreamPort { $0.startError = .tooManyDescriptors }
        let connection = try #require(await connection(on: loop, port))
        #expect(connection.closeReason == .failed(.tooManyDescriptors))
        #expect(registry.connections.isEmpty)
        #expect(await connection.next() == nil)
    }

    @Test func closingBeforeItHasStartedStillEnds() async throws {
        let (loop, registry, port) = (try EventLoop(), registry, FakeStreamPort())
        let connection = try #require(
            await onLoop(loop) { registry.adopt(port, loop: loop, options: .init()) })
        let closing = Task { await connection.close(within: .seconds(60)) }
        #expect(await eventually { port.state.withLock { $0.isShutDown } })
        await onLoop(loop) { connection.assumeIsolated { $0.start() } }
        port.state.withLock { $0.reads = [.end] }
        let handler = port.state.withLock { $0.handler }
        await onLoop(loop) { handler?.portBecameReadable() }
        await closing.value
        #expect(connection.closeReason == .local)
    }
}
