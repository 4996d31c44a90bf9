import ParleyDatagrams
import Synchronization

@testable import ParleySockets

/// A UDP port without a system behind it. The test sets the outcome of each call.
final class FakeDatagramPort: DatagramPort {
    struct State {
        /// The outcomes of the next calls of `send`; when none is left, everything is sent.
        var outcomes: [SendOutcome] = []
        /// Called after each call of `send` with the number of calls.
        var onSend: (@Sendable (Int) -> Void)?
        var calls = 0
        var sent: [[UInt8]] = []
        var handler: (any PortHandler)?
        var isClosed = false
    }

    let state = Mutex(State())
    let localAddress = SocketAddress.loopback(port: 1)
    var kernelDrops: Int { 0 }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) {
        state.withLock { $0.handler = handler }
    }
    func stop() {}
    func setReading(_ wanted: Bool) {}
    func setWriting(_ wanted: Bool) {}
    func set(_ option: SocketOption) {}
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.handler = nil
        }
    }

    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome { .wouldBlock }

    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome {
        let waiting = (first..<packets.count).map { index in
            let packet = packets.packets[index]
            return packets.bytes.slice(packet.offset..<packet.offset + packet.count).bytes
        }
        let (outcome, calls, onSend) = state.withLock { state in
            state.calls += 1
            let outcome =
                state.outcomes.isEmpty
                ? .sent(min(64, waiting.count)) : state.outcomes.removeFirst()
            if case .sent(let count) = outcome { state.sent += waiting.prefix(count) }
            return (outcome, state.calls, state.onSend)
        }
        onSend?(calls)
        return outcome
    }
}

/// A TCP port without a system behind it.
final class FakeStreamPort: StreamPort {
    struct State {
        /// The outcomes of the next calls; when none is left, everything is written and nothing is
        /// there to read.
        var writes: [WriteOutcome] = []
        var reads: [ReadOutcome] = []
        /// The value of every byte read.
        var fill: UInt8 = 0
        var startError: SystemError?
        var taken: [UInt8] = []
        var handler: (any PortHandler)?
        var wantsWriting = false
        var writeCalls = 0
        /// Called after each write with the number of writes.
        var onWrite: (@Sendable (Int) -> Void)?
        /// Called when an option is set.
        var onSet: (@Sendable () -> Void)?
        var isShutDown = false
        var closes = 0
        var resets = 0
    }

    let state: Mutex<State>
    let localAddress = SocketAddress.loopback(port: 1)
    let remoteAddress = SocketAddress.loopback(port: 2)

    init(_ change: (inout State) -> Void = { _ in }) {
        var first = State()
        change(&first)
        state = Mutex(first)
    }

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError) {
        let error = state.withLock { state in
            state.handler = handler
            return state.startError
        }
        if let error { throw error }
    }
    func stop() {}
    func setReading(_ wanted: Bool) {}
    func setWriting(_ wanted: Bool) { state.withLock { $0.wantsWriting = wanted } }
    func set(_ option: SocketOption) { state.withLock { $0.onSet }?() }
    func connectError() -> SystemError? { nil }
    func shutDownWriting() { state.withLock { $0.isShutDown = true } }
    func close() {
        state.withLock { state in
            state.closes += 1
            state.handler = nil
        }
    }
    func reset() {
        state.withLock { $0.resets += 1 }
        close()
    }

    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome {
        let (outcome, fill) = state.withLock {
            ($0.reads.isEmpty ? .wouldBlock : $0.reads.removeFirst(), $0.fill)
        }
        if case .bytes(let count, _) = outcome {
            let bytes = [UInt8](repeating: fill, count: count)
            consume(bytes.span)
        }
        return outcome
    }

    func write(_ bytes: Span<UInt8>) -> WriteOutcome {
        let (outcome, calls, onWrite) = state.withLock { state in
            let outcome: WriteOutcome =
                state.writes.isEmpty ? .wrote(bytes.count) : state.writes.removeFirst()
            if case .wrote(let count) = outcome {
                for index in 0..<count { state.taken.append(bytes[index]) }
            }
            state.writeCalls += 1
            return (outcome, state.writeCalls, state.onWrite)
        }
        onWrite?(calls)
        return outcome
    }
}

/// A listening port without a system behind it.
final class FakeListenerPort: ListenerPort {
    struct State {
        /// The outcomes of the next calls of `accept`; when none is left, none waits.
        var outcomes: [AcceptOutcome] = []
        var handler: (any PortHandler)?
        var isClosed = false
    }

    let state = Mutex(State())
    let localAddress = SocketAddress.loopback(port: 1)

    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) {
        state.withLock { $0.handler = handler }
    }
    func stop() {}
    func setReading(_ wanted: Bool) {}
    func setWriting(_ wanted: Bool) {}
    func set(_ option: SocketOption) {}
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.handler = nil
        }
    }

    func accept(onto loop: any SocketLoop) -> AcceptOutcome {
        state.withLock { $0.outcomes.isEmpty ? .wouldBlock : $0.outcomes.removeFirst() }
    }

    /// Notifies the listener of waiting connections.
    func offer(_ outcomes: [AcceptOutcome]) -> (any PortHandler)? {
        state.withLock { state in
            state.outcomes += outcomes
            return state.handler
        }
    }
}
