internal import Synchronization

/// Which connections, listeners and sockets a manager has, and how many it may have.
///
/// Listeners on any loop ask it before they accept, hence the lock.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [ConnectionID: Connection] = [:]
        /// Those of them that were accepted: the limits are theirs alone.
        var accepted: Set<ConnectionID> = []
        var accountOf: [ConnectionID: SocketAddress] = [:]
        var countPerAccount: [SocketAddress: Int] = [:]
        /// In the order of opening: in what order they close must not depend on a hash.
        var listeners: [ConnectionListener] = []
        var sockets: [DatagramSocket] = []
        var lastID: UInt64 = 0
        var accepts: RateLimit
        var isShutDown = false
    }

    private let state: Mutex<State>
    private let limits: ConnectionLimits
    /// A mailbox and not a plain stream, which would end for good with the first consumer that is
    /// cancelled.
    private let ends: Mailbox<Termination>

    /// Terminations that wait for somebody to ask; beyond that the oldest are forgotten.
    private static let rememberedTerminations = 4096

    init(limits: ConnectionLimits) {
        self.limits = limits
        state = Mutex(State(accepts: RateLimit(perSecond: limits.acceptsPerSecond)))
        ends = Mailbox(bound: .keepNewest(count: Self.rememberedTerminations), resume: {})
    }

    deinit {
        ends.finish()
    }

    /// What `ConnectionManager.terminations` returns.
    var terminations: AsyncStream<Termination> { ends.elements() }

    // MARK: Accepting

    /// When the next connection may be accepted: now, if that is not later.
    func nextAccept(now: NetworkInstant) -> NetworkInstant {
        state.withLock { $0.accepts.next(now: now) }
    }

    /// Takes back the last `nextAccept(now:)`: there was nothing to accept.
    func returnAccept() {
        state.withLock { $0.accepts.giveBack() }
    }

    /// Makes a connection of an accepted port, unless a limit is reached or all is over.
    func admit(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions
    ) -> Connection? {
        let account = port.remoteAddress.isLoopback ? nil : port.remoteAddress.accountable
        return state.withLock { state in
            guard !state.isShutDown, state.accepted.count < limits.connections else {
                return nil
            }
            if let account {
                guard state.countPerAccount[account, default: 0] < limits.connectionsPerAddress
                else { return nil }
                state.countPerAccount[account, default: 0] += 1
            }
            let connection = make(port, loop: loop, options: options, in: &state)
            state.accepted.insert(connection.id)
            state.accountOf[connection.id] = account
            return connection
        }
    }

    /// Makes a connection of a port that this side has connected.
    func adopt(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions
    ) -> Connection? {
        state.withLock { state in
            guard !state.isShutDown else { return nil }
            return make(port, loop: loop, options: options, in: &state)
        }
    }

    private func make(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions,
        in state: inout State
    ) -> Connection {
        state.lastID += 1
        let connection = Connection(
            id: ConnectionID(number: state.lastID), port: port, loop: loop, options: options,
            registry: self)
        state.connections[connection.id] = connection
        return connection
    }

    /// Forgets a connection that has ended and tells whoever watches for that.
    func remove(_ connection: Connection, reason: CloseReason) {
        let listeners = state.withLock { state -> [ConnectionListener] in
            guard state.connections.removeValue(forKey: connection.id) != nil else { return [] }
            state.accepted.remove(connection.id)
            if let account = state.accountOf.removeValue(forKey: connection.id) {
                let left = state.countPerAccount[account, default: 1] - 1
                state.countPerAccount[account] = left > 0 ? left : nil
            }
            return state.listeners
        }
        var termination = [Termination(connection: connection, reason: reason)]
        _ = ends.deliver(&termination, cost: 1)
        // Its descriptor is free: a listener that ran out of them can go on.
        for listener in listeners { listener.descriptorWasFreed() }
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
        state.withLock { $0.listeners.removeAll { $0 === listener } }
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
        state.withLock { Array($0.connections.values) }.sorted { $0.id < $1.id }
    }

    /// Refuses whatever is new from now on and returns what is open.
    func shutDown() -> (
        listeners: [ConnectionListener], connections: [Connection], sockets: [DatagramSocket]
    ) {
        state.withLock { state in
            state.isShutDown = true
            return (
                state.listeners,
                state.connections.values.sorted { $0.id < $1.id },
                state.sockets
            )
        }
    }

    /// Ends the stream of terminations.
    func finish() {
        ends.finish()
    }
}

/// The end of a connection, as the manager tells it.
public struct Termination: Sendable {
    /// The connection, which has ended.
    public let connection: Connection
    /// Why.
    public let reason: CloseReason
}
