internal import Synchronization

/// The connections, listeners and sockets of a manager, and the limits on their number.
///
/// Listeners on any loop ask it before they accept, hence the lock.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [ConnectionID: Entry] = [:]
        /// The number of accepted connections, to which alone the limits apply.
        var acceptedCount = 0
        var countPerAccount: [SocketAddress: Int] = [:]
        /// In the order of opening: the order in which they close must not depend on a hash.
        var listeners: [ConnectionListener] = []
        /// Listeners that wait for a descriptor.
        var starved: [ConnectionListener] = []
        var sockets: [DatagramSocket] = []
        var lastID: UInt64 = 0
        var accepts: RateLimit
        var isShutDown = false
    }

    private struct Entry {
        let connection: Connection
        let isAccepted: Bool
        /// The address that the limit per address counts; `nil` where the connection is not
        /// counted.
        let account: SocketAddress?
    }

    private let state: Mutex<State>
    private let limits: ConnectionLimits
    /// The memory that busy connections lend each other.
    let memory = MemoryPool()
    /// A mailbox and not a plain stream, which ends for good when one consumer is cancelled.
    private let ends: Mailbox<Termination>

    /// Terminations that wait to be read. The oldest beyond that are dropped.
    private static let rememberedTerminations = 4096

    init(limits: ConnectionLimits) {
        self.limits = limits
        state = Mutex(State(accepts: RateLimit(perSecond: limits.acceptsPerSecond)))
        ends = Mailbox(bound: .keepNewest(count: Self.rememberedTerminations))
    }

    deinit {
        ends.finish()
    }

    /// The stream behind `ConnectionManager.terminations`.
    var terminations: AsyncStream<Termination> { ends.elements() }

    // MARK: Accepting

    /// The time at which the next connection may be accepted: `now` or later.
    func nextAccept(now: NetworkInstant) -> NetworkInstant {
        state.withLock { $0.accepts.next(now: now) }
    }

    /// Takes back the last `nextAccept(now:)`, because there was nothing to accept.
    func returnAccept() {
        state.withLock { $0.accepts.refund() }
    }

    /// Makes a connection of an accepted port, unless a limit is reached or the manager is shut down.
    func admit(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions
    ) -> Connection? {
        let account = port.remoteAddress.isLoopback ? nil : port.remoteAddress.accountable
        return state.withLock { state in
            guard !state.isShutDown, state.acceptedCount < limits.connections else {
                return nil
            }
            if let account {
                guard state.countPerAccount[account, default: 0] < limits.connectionsPerAddress
                else { return nil }
                state.countPerAccount[account, default: 0] += 1
            }
            state.acceptedCount += 1
            return make(port, isAccepted: true, account: account, loop, options, in: &state)
        }
    }

    /// Makes a connection of a port that this side has connected, unless the manager is shut down.
    func adopt(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions
    ) -> Connection? {
        state.withLock { state in
            guard !state.isShutDown else { return nil }
            return make(port, isAccepted: false, account: nil, loop, options, in: &state)
        }
    }

    private func make(
        _ port: any StreamPort, isAccepted: Bool, account: SocketAddress?,
        _ loop: any SocketLoop, _ options: ConnectionOptions, in state: inout State
    ) -> Connection {
        state.lastID += 1
        let connection = Connection(
            id: ConnectionID(number: state.lastID), port: port, loop: loop, options: options,
            registry: self)
        state.connections[connection.id] = Entry(
            connection: connection, isAccepted: isAccepted, account: account)
        return connection
    }

    /// Removes a connection that has ended, and reports its end.
    func remove(_ connection: Connection, reason: CloseReason) {
        let starved = state.withLock { state -> [ConnectionListener] in
            guard let entry = state.connections.removeValue(forKey: connection.id) else {
                return []
            }
            if entry.isAccepted { state.acceptedCount -= 1 }
            if let account = entry.account {
                let left = state.countPerAccount[account, default: 1] - 1
                state.countPerAccount[account] = left > 0 ? left : nil
            }
            defer { state.starved = [] }
            return state.starved
        }
        var termination = [
            Termination(
                id: connection.id, remoteAddress: connection.remoteAddress, reason: reason)
        ]
        _ = ends.deliver(&termination, cost: 1)
        // The connection's descriptor is free again.
        for listener in starved { listener.descriptorWasFreed() }
    }

    /// The listeners that wait for a descriptor.
    var starvedListeners: [ConnectionListener] { state.withLock { $0.starved } }

    /// Tells a listener that has run out of descriptors when the next connection has ended.
    func awaitDescriptor(_ listener: ConnectionListener) {
        state.withLock { state in
            guard !state.starved.contains(where: { $0 === listener }) else { return }
            state.starved.append(listener)
        }
    }

    // MARK: Everything that is open

    func add(_ listener: ConnectionListener) -> Bool {
        state.withLock { state in
            guard !state.isShutDown else { return false }
            state.listeners.append(listener)
            return true
        }
    }

    func remove(_ listener: ConnectionListener) {
        state.withLock { state in
            state.listeners.removeAll { $0 === listener }
            state.starved.removeAll { $0 === listener }
        }
    }

    func add(_ socket: DatagramSocket) -> Bool {
        state.withLock { state in
            guard !state.isShutDown else { return false }
            state.sockets.append(socket)
            return true
        }
    }

    func remove(_ socket: DatagramSocket) {
        state.withLock { $0.sockets.removeAll { $0 === socket } }
    }

    /// All connections, oldest first.
    var connections: [Connection] {
        state.withLock { $0.connections.values.map(\.connection) }.sorted { $0.id < $1.id }
    }

    /// Refuses anything new from now on, and returns what is open.
    func shutDown() -> (
        listeners: [ConnectionListener], connections: [Connection], sockets: [DatagramSocket]
    ) {
        state.withLock { state in
            state.isShutDown = true
            return (
                state.listeners,
                state.connections.values.map(\.connection).sorted { $0.id < $1.id },
                state.sockets
            )
        }
    }

    /// Ends the stream of terminations.
    func finish() {
        ends.finish()
    }
}
