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
        var failedHandshakes: UInt64 = 0
        var accepts: RateLimit
        var isShutDown = false

        mutating func takeID() -> ConnectionID {
            lastID += 1
            return ConnectionID(number: lastID)
        }

        mutating func takeStarved() -> [ConnectionListener] {
            defer { starved = [] }
            return starved
        }

        mutating func discount(_ reservation: ConnectionReservation) {
            if reservation.isAccepted { acceptedCount -= 1 }
            if let account = reservation.account {
                let left = countPerAccount[account, default: 1] - 1
                countPerAccount[account] = left > 0 ? left : nil
            }
        }
    }

    private struct Entry {
        let connection: Connection
        let reservation: ConnectionReservation
    }

    private let state: Mutex<State>
    let limits: ConnectionLimits
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

    /// Counts a socket that a listener at `local` has accepted, unless a limit is reached or the manager
    /// is shut down.
    func reserve(
        _ remoteAddress: SocketAddress, at local: SocketAddress
    ) -> ConnectionReservation? {
        let account = limits.account(of: remoteAddress, at: local)
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
            return ConnectionReservation(
                id: state.takeID(), remoteAddress: remoteAddress, isAccepted: true,
                account: account)
        }
    }

    /// Gives a reservation back whose handshake has failed, and reports that.
    func cancel(_ reservation: ConnectionReservation, reason: CloseReason) {
        report(
            reservation, reason,
            starved: state.withLock { state in
                state.discount(reservation)
                if reason != .local { state.failedHandshakes += 1 }
                return state.takeStarved()
            })
    }

    /// How many accepted sockets have become no connection, for another reason than their listener's end.
    var failedHandshakes: UInt64 { state.withLock { $0.failedHandshakes } }

    /// Makes the connection of a reservation, unless the manager is shut down.
    func open(
        _ reservation: ConnectionReservation, _ port: any StreamPort, loop: any SocketLoop,
        options: ConnectionOptions, stream: SecuredStream? = nil
    ) -> Connection? {
        state.withLock { state in
            guard !state.isShutDown else {
                state.discount(reservation)
                return nil
            }
            let connection = Connection(
                id: reservation.id, port: port, loop: loop, options: options, registry: self,
                stream: stream)
            state.connections[reservation.id] = Entry(
                connection: connection, reservation: reservation)
            return connection
        }
    }

    /// Makes a connection of an accepted port, unless a limit is reached or the manager is shut down.
    func admit(
        _ port: any StreamPort, at local: SocketAddress, loop: any SocketLoop,
        options: ConnectionOptions
    ) -> Connection? {
        reserve(port.remoteAddress, at: local)
            .flatMap { open($0, port, loop: loop, options: options) }
    }

    /// Makes a connection of a port that this side has connected, unless the manager is shut down.
    func adopt(
        _ port: any StreamPort, loop: any SocketLoop, options: ConnectionOptions,
        stream: SecuredStream? = nil
    ) -> Connection? {
        let reservation = ConnectionReservation(
            id: state.withLock { $0.takeID() }, remoteAddress: port.remoteAddress,
            isAccepted: false, account: nil)
        return open(reservation, port, loop: loop, options: options, stream: stream)
    }

    /// Removes a connection that has ended, and reports its end.
    func remove(_ connection: Connection, reason: CloseReason) {
        let ended = state.withLock { state -> (ConnectionReservation, [ConnectionListener])? in
            guard let entry = state.connections.removeValue(forKey: connection.id) else {
                return nil
            }
            state.discount(entry.reservation)
            return (entry.reservation, state.takeStarved())
        }
        if let ended { report(ended.0, reason, starved: ended.1) }
    }

    private func report(
        _ reservation: ConnectionReservation, _ reason: CloseReason,
        starved: [ConnectionListener]
    ) {
        var termination = [
            Termination(
                id: reservation.id, remoteAddress: reservation.remoteAddress, reason: reason)
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
        Self.inOrder(state.withLock { $0.connections.values.map(\.connection) })
    }

    /// Refuses anything new from now on, and returns what is open.
    func shutDown() -> (
        listeners: [ConnectionListener], connections: [Connection], sockets: [DatagramSocket]
    ) {
        state.withLock { state in
            state.isShutDown = true
            return (
                state.listeners,
                Self.inOrder(state.connections.values.map(\.connection)),
                state.sockets
            )
        }
    }

    /// Oldest first.
    private static func inOrder(_ connections: [Connection]) -> [Connection] {
        connections.sorted { $0.id.number < $1.id.number }
    }

    /// Ends the stream of terminations.
    func finish() {
        ends.finish()
    }
}

/// A place among a manager's connections: that of a connection, or of a socket whose handshake has not
/// ended.
struct ConnectionReservation: Sendable {
    let id: ConnectionID
    let remoteAddress: SocketAddress
    let isAccepted: Bool
    /// The address that the limit per address counts; `nil` where the connection is not counted.
    let account: SocketAddress?
}
