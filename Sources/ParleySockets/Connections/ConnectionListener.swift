/// Accepts TCP connections at one address.
///
/// ```swift
/// let listener = try await manager.listen(port: 9099)
/// await withDiscardingTaskGroup { group in
///     for await connection in listener.connections {
///         group.addTask { await serve(connection) }
///     }
/// }
/// ```
///
/// A connection is read from at once, into its bounded mailbox. Accepting pauses, while the system's
/// backlog holds what comes, when nobody takes the connections, when the accept rate is reached, and
/// when descriptors run out; it resumes by itself.
public actor ConnectionListener {
    /// Where it listens, with the port that the system chose where 0 was asked for.
    public nonisolated let localAddress: SocketAddress

    private nonisolated let loop: any SocketLoop
    private nonisolated let mailbox: Mailbox<Connection>
    private let port: any ListenerPort
    private let network: any Network
    private let registry: ConnectionRegistry
    private let options: ConnectionOptions
    private var isOpen = true
    /// Why accepting is paused; it goes on when none is left.
    private var pauses: Set<Pause> = []
    private var retry: LoopTimer?
    /// Where the next connection will live, asked for once per connection and not once per try.
    private var nextHome: (any SocketLoop)?
    private var counts = ListenerStatistics()

    /// The loop that the listener lives on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Connections that wait to be taken before accepting pauses.
    private static let waitingLimit = 256
    private static let acceptsPerTurn = 64

    init(
        port: any ListenerPort, loop: any SocketLoop, network: any Network,
        options: ConnectionOptions, registry: ConnectionRegistry
    ) {
        self.port = port
        self.loop = loop
        self.network = network
        self.options = options
        self.registry = registry
        localAddress = port.localAddress
        let restart = ListenerRestart()
        mailbox = Mailbox(bound: .pause(cost: Self.waitingLimit)) { restart.run() }
        restart.listener = self
    }

    /// Accepted connections, as they come. Ends when the listener is closed.
    public nonisolated var connections: AsyncStream<Connection> { mailbox.elements() }

    /// What it has accepted and refused so far.
    public var statistics: ListenerStatistics { counts }

    /// Stops listening. Connections that were accepted live on, those that nobody took are closed.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        if let retry { loop.cancel(retry) }
        port.close()
        mailbox.finish()
        registry.remove(self)
        dispose(of: mailbox.drain())
    }

    /// Closes connections that nobody will ever take.
    private func dispose(of connections: [Connection]) {
        for connection in connections {
            connection.loop.perform { connection.assumeIsolated { $0.abort() } }
        }
    }

    /// Begins to accept; returns what the system has against it.
    func start() -> SystemError? {
        do throws(SystemError) {
            try port.start(ListenerPortHandler(listener: self), reading: true, writing: false)
            return nil
        } catch {
            close()
            return error
        }
    }

    /// A connection of the same manager has ended: there is a descriptor again.
    nonisolated func descriptorWasFreed() {
        loop.perform { self.assumeIsolated { $0.resume(after: .descriptors) } }
    }

    fileprivate enum Pause {
        /// Nobody takes the connections.
        case unread
        /// As many as the rate allows were accepted.
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
        if mailbox.deliver(&accepted, cost: accepted.count) { pause(for: .unread) }
    }

    /// What one turn of accepting brought; `nil` where there is nothing more for now.
    private struct Accepted {
        var admitted: Connection?
    }

    private func acceptOne() -> Accepted? {
        let now = loop.now
        let allowed = registry.nextAccept(now: now)
        guard allowed <= now else {
            counts.pausesForRate += 1
            pause(for: .rate, until: allowed)
            return nil
        }
        let home = nextHome ?? network.nextSocketLoop()
        nextHome = home
        switch port.accept(onto: home) {
        case .accepted(let port):
            nextHome = nil
            return Accepted(admitted: admit(port, home: home))
        case .aborted:
            return Accepted()
        case .wouldBlock:
            registry.returnAccept()
        case .exhausted:
            registry.returnAccept()
            counts.pausesForDescriptors += 1
            pause(for: .descriptors, until: now.advanced(by: Self.exhaustionPause))
        case .failed:
            close()
        }
        return nil
    }

    /// How long to wait for descriptors that somebody else may give back.
    private static let exhaustionPause = Duration.milliseconds(50)

    private func admit(_ port: any StreamPort, home: any SocketLoop) -> Connection? {
        guard let connection = registry.admit(port, loop: home, options: options) else {
            counts.refused += 1
            port.reset()
            return nil
        }
        counts.accepted += 1
        for option in options.systemOptions { try? port.set(option) }
        home.perform { connection.assumeIsolated { $0.start() } }
        return connection
    }
}

/// What a listener has done so far.
public struct ListenerStatistics: Sendable, Hashable {
    /// Connections accepted.
    public var accepted = 0
    /// Connections closed as they came, because a limit was reached.
    public var refused = 0
    /// Times that accepting paused because the rate was reached.
    public var pausesForRate = 0
    /// Times that accepting paused because the process had no descriptor or memory left.
    public var pausesForDescriptors = 0
}

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

/// Lets the mailbox tell its listener to accept again. The reference is set once, before anybody
/// else knows the listener, hence `@unchecked Sendable`.
private final class ListenerRestart: @unchecked Sendable {
    weak var listener: ConnectionListener?

    func run() {
        guard let listener else { return }
        listener.resumeFromAnywhere()
    }
}

extension ConnectionListener {
    fileprivate nonisolated func resumeFromAnywhere() {
        loop.perform { self.assumeIsolated { $0.resume(after: .unread) } }
    }
}
