/// A place where sockets live and time passes: the system's network, or a simulated one.
///
/// Everything above the sockets is given a `Network` and names no implementation. Calls that open
/// something cross this seam, which is rare, and batches of bytes or datagrams, so the seam costs
/// nothing per datagram.
///
/// The implementations are `SystemNetwork`, `SimulatedHost` and `NetworkConditioner`. A type of another
/// package can wrap one of them, to resolve names differently, say. It cannot replace the loops: those
/// of the wrapped network open the sockets.
public protocol Network: AnyObject, Sendable {
    /// The time of this network. All deadlines above the sockets are made and slept on with it.
    var clock: any NetworkClock { get }

    /// The loop for the next socket, or for the next server's tasks.
    func nextLoop() -> any NetworkLoop

    /// Every address of the host, in the order in which to try them.
    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress]

    /// A source of random numbers: unpredictable on the system's network, and the same in every run
    /// in a simulation.
    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable

    /// The network interfaces of the machine.
    func interfaces() -> [NetworkInterface]
}

/// One thread of a network, with its sockets.
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
/// A loop works in turns: it runs what is ready, lets each socket that has queued something flush
/// once, then waits for the network.
public protocol NetworkLoop: SerialExecutor {
    /// Runs tasks on this loop's thread.
    var taskExecutor: any TaskExecutor { get }

    /// Whether the caller runs on this loop.
    var isCurrent: Bool { get }
}
