/// Accepts TCP connections at one address.
///
/// ```swift
/// let listener = try await manager.listen(port: 9099)
/// try await listener.serve { connection in
///     for await datagram in connection.datagrams {
///         try await connection.send(datagram)
///     }
/// }
/// ```
///
/// A connection is read from at once, into its bounded mailbox. Accepting pauses while nothing takes
/// the connections, while the accept rate is reached, and while the process has no descriptors left.
/// The system's backlog holds new connections meanwhile. Accepting resumes by itself.
public actor ConnectionListener: LoopActor {
    /// The address at which it listens. Its port is never 0.
    public nonisolated let localAddress: SocketAddress

    nonisolated let loop: any SocketLoop
    private nonisolated let mailbox: Mailbox<Connection>
    private nonisolated let ended = Promise<CloseReason>()
    private let port: any ListenerPort
    let network: any Network
    let registry: ConnectionRegistry
    let options: ConnectionOptions
    /// What encrypts the connections; `nil` where they are plain.
    package nonisolated let security: (any StreamTransformFactory)?
    var handshakes: PendingHandshakes<StreamHandshake>
    /// The reasons why accepting is paused. It resumes when none is left.
    private var pauses: Set<Pause> = []
    private var retry: LoopTimer?
    /// The loop of the next connection. The network is asked once per connection, not once per try.
    private var nextHome: (any SocketLoop)?
    var counts = ListenerStatistics()

    /// The loop, as the runtime's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Connections that may wait to be taken before accepting pauses.
    private static let waitingLimit = 256
    private static let acceptsPerTurn = 64

    init(
        port: any ListenerPort, loop: any SocketLoop, network: any Network,
        options: ConnectionOptions, registry: ConnectionRegistry,
        security: (any StreamTransformFactory)? = nil
    ) {
        self.port = port
        self.loop = loop
        self.network = network
        self.options = options
        self.registry = registry
        self.security = security
        handshakes = PendingHandshakes(
            limit: registry.limits.handshakes,
            limitPerAddress: registry.limits.handshakesPerAddress)
        localAddress = port.localAddress
        mailbox = Mailbox(bound: .pause(cost: Self.waitingLimit))
        mailbox.setProducer(self)
    }

    /// The accepted connections. Ends when the listener ends. Several consumers share them.
    ///
    /// The consumer must close each connection. `serve` does so by itself.
    public nonisolated var connections: AsyncStream<Connection> { mailbox.elements() }

    /// The connections that the listener has accepted and refused so far.
    public var statistics: ListenerStatistics { counts }

    /// Stops listening. Accepted connections stay open, except those that were not taken.
    public func close() {
        end(.local)
    }

    /// Waits for the end of the listener and returns the reason: `.local` or `.failed`.
    ///
    /// Returns `nil` only when the waiting task is cancelled.
    @discardableResult
    public nonisolated func terminated() async -> CloseReason? {
        try? await ended.value()
    }

    /// The reason why the listener has ended; `nil` while it lives.
    public nonisolated var closeReason: CloseReason? { ended.current }

    private var isOpen: Bool { ended.current == nil }

    /// Ends the listener. The first reason counts.
    private func end(_ reason: CloseReason) {
        guard ended.fulfil(reason) else { return }
        if let retry { loop.cancel(retry) }
        port.close()
        mailbox.finish()
        registry.remove(self)
        dispose(of: mailbox.drain())
        dropHandshakes()
        security?.listenerEnded()
    }

    /// Closes connections that no consumer will ever take.
    private func dispose(of connections: [Connection]) {
        for connection in connections { connection.perform { $0.abort() } }
    }

    /// Starts accepting; returns the system's error where that fails.
    func start() -> SystemError? {
        do throws(SystemError) {
            try port.start(ListenerPortHandler(listener: self), reading: true, writing: false)
            return nil
        } catch {
            end(.failed(error))
            return error
        }
    }

    /// A connection of the same manager has ended, so there is a descriptor again.
    nonisolated func descriptorWasFreed() {
        perform { $0.resume(after: .descriptors) }
    }

    fileprivate enum Pause {
        /// Nothing takes the connections.
        case unread
        /// The accept rate is reached.
        case rate
        /// Descriptors or memory have run out.
        case descriptors
    }

    fileprivate func resume(after pause: Pause) {
        guard pauses.remove(pause) != nil, pauses.isEmpty, isOpen else { return }
        port.setReading(true)
    }

    private func pause(for reason: Pause) {
        pauses.insert(reason)
        port.setReading(false)
    }

    /// Pauses until `deadline`.
    private func pause(for reason: Pause, until deadline: NetworkInstant) {
        pause(for: reason)
        if let retry { loop.cancel(retry) }
        retry = loop.schedule(at: deadline) { [weak self] in
            self?.assumeIsolated { $0.resume(after: reason) }
        }
    }

    fileprivate func acceptAvailable() {
        var accepted: [Connection] = []
        for _ in 0..<Self.acceptsPerTurn {
            guard isOpen, pauses.isEmpty, let connection = acceptOne() else { break }
            if let connection = connection.admitted { accepted.append(connection) }
        }
        guard isOpen else { return dispose(of: accepted) }
        deliver(accepted)
    }

    /// Hands connections to the consumer, and pauses while it does not take them.
    func deliver(_ accepted: consuming [Connection]) {
        var accepted = accepted
        if mailbox.deliver(&accepted, cost: accepted.count) { pause(for: .unread) }
    }

    /// The result of accepting one connection, which is refused where a limit is reached.
    private struct Accepted {
        var admitted: Connection?
    }

    /// Accepts one connection; `nil` where there is none for now.
    private func acceptOne() -> Accepted? {
        let now = loop.now
        let allowed = registry.nextAccept(now: now)
        guard allowed <= now else {
            counts.pausesForRate += 1
            pause(for: .rate, until: allowed)
            return nil
        }
        let home = security == nil ? nextHome ?? network.nextSocketLoop() : loop
        nextHome = home
        switch port.accept(onto: home) {
        case .accepted(let port):
            nextHome = nil
            // Set before the connection is known to its manager: from then on another thread may
            // close the descriptor.
            for option in options.systemOptions { try? port.set(option) }
            if let security {
                beginHandshake(port, with: security)
                return Accepted()
            }
            return Accepted(admitted: admit(port, home: home))
        case .aborted:
            return Accepted()
        case .wouldBlock:
            registry.returnAccept()
        case .exhausted:
            registry.returnAccept()
            counts.pausesForDescriptors += 1
            registry.awaitDescriptor(self)
            pause(for: .descriptors, until: now.advanced(by: Self.exhaustionPause))
        case .failed(let error):
            end(.failed(error))
        }
        return nil
    }

    /// How long to wait for descriptors that other parts of the process may close.
    private static let exhaustionPause = Duration.milliseconds(50)

    private func admit(_ port: any StreamPort, home: any SocketLoop) -> Connection? {
        guard
            let connection = registry.admit(port, at: localAddress, loop: home, options: options)
        else {
            counts.refused += 1
            port.reset()
            return nil
        }
        counts.accepted += 1
        connection.perform { $0.start() }
        return connection
    }
}

/// A listener's counts since its start.
public struct ListenerStatistics: Sendable, Hashable {
    /// Connections accepted.
    public internal(set) var accepted = 0
    /// Connections closed at once, because a limit was reached.
    public internal(set) var refused = 0
    /// Connections of an encrypted listener that ended in their handshake, for a reason of their own.
    public internal(set) var handshakesFailed = 0
    /// Unfinished handshakes that made room for others.
    public internal(set) var handshakesDropped = 0
    /// The number of times that accepting paused because the rate was reached.
    public internal(set) var pausesForRate = 0
    /// The number of times that accepting paused because the process had no descriptor or memory
    /// left.
    public internal(set) var pausesForDescriptors = 0
}

/// Forwards the port's readiness to the actor.
private final class ListenerPortHandler: PortHandler {
    private let listener: ConnectionListener

    init(listener: ConnectionListener) {
        self.listener = listener
    }

    func portBecameReadable() {
        listener.assumeIsolated { $0.acceptAvailable() }
    }

    func portBecameWritable() {}
}

extension ConnectionListener: MailboxProducer {
    package nonisolated func resumeProducing() {
        perform { $0.resume(after: .unread) }
    }
}
