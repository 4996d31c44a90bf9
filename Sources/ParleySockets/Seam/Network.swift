/// Where sockets live and time passes: the system's network, or a simulated one.
///
/// Everything above the sockets is handed a `Network` and names none. Two things cross this seam:
/// calls to open something, which are rare, and batches of bytes or datagrams, so that the seam
/// costs nothing per datagram.
public protocol Network: AnyObject, Sendable {
    /// The time of this network. All deadlines above the sockets are made and slept on with it.
    var clock: any NetworkClock { get }

    /// The loop that the next socket, or the next server's tasks, should live on.
    func nextLoop() -> any NetworkLoop

    /// Every address of the host, in the order in which to try them.
    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress]

    /// A source of random numbers that nobody outside can guess (on the system's network), or that
    /// is the same in every run (in a simulation).
    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable

    /// The network interfaces of the machine.
    func interfaces() -> [NetworkInterface]
}

/// One thread of a network: what runs on it, when, and the sockets that live on it.
///
/// A loop is the serial executor of the actors that own its sockets. Its `taskExecutor` runs whole
/// task trees on the same thread, so that a datagram goes from the socket to the game and back
/// without changing threads:
///
/// ```swift
/// await withTaskExecutorPreference(loop.taskExecutor) {
///     for await datagram in connection.datagrams { … }
/// }
/// ```
///
/// A loop works in turns: it runs what is ready, then lets every socket that was sent to flush
/// once, then waits for the network.
public protocol NetworkLoop: SerialExecutor {
    /// Runs tasks on this loop's thread.
    var taskExecutor: any TaskExecutor { get }

    /// The time at which the present turn began. Cheap, and the same throughout a turn.
    var now: NetworkInstant { get }

    /// Whether the caller runs on this loop.
    var isCurrent: Bool { get }

    /// Runs `action` on the loop soon, after those handed over before. May be called from anywhere.
    func execute(_ action: @escaping @Sendable () -> Void)

    /// Calls the handler's `endOfTurn()` once this turn's work is done. May be called from anywhere.
    func requestFlush(_ handler: any TurnEndHandler)

    /// Runs `action` at `deadline` or as soon after it as the loop is free. Only on the loop.
    func schedule(at deadline: NetworkInstant, _ action: @escaping @Sendable () -> Void)
        -> LoopTimer

    /// Forgets a timer; one that has run already is no matter. Only on the loop.
    func cancel(_ timer: LoopTimer)

    /// Opens a socket that listens for TCP connections. Only on the loop.
    ///
    /// - Parameters:
    ///   - address: Where; `nil` with a port of its own stands for every local address.
    ///   - backlog: How many connections the system holds until they are accepted.
    func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort

    /// Begins to connect to `address`; the port becomes writable when that has ended. Only on the
    /// loop.
    func openStream(to address: SocketAddress, options: [SocketOption]) throws(SystemError)
        -> any StreamPort

    /// Opens a UDP socket. Only on the loop.
    func openDatagrams(at address: SocketAddress, options: [SocketOption]) throws(OpenError)
        -> any DatagramPort
}

extension NetworkLoop {
    /// Runs `action` on the loop: at once when the caller is there, else soon.
    package func perform(_ action: @escaping @Sendable () -> Void) {
        if isCurrent { action() } else { execute(action) }
    }
}

/// Names a timer of a loop.
public struct LoopTimer: Sendable, Hashable {
    /// The loop's number for it.
    public let number: UInt64

    /// The timer with that number.
    public init(number: UInt64) {
        self.number = number
    }
}

/// Who has something to do once when a loop's turn ends, such as writing what was queued in it.
public protocol TurnEndHandler: AnyObject, Sendable {
    /// The turn's work is done. Called on the loop.
    func endOfTurn()
}
