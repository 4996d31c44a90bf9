/// Who is told when a port can be read from or written to. Called on the port's loop.
public protocol PortHandler: AnyObject, Sendable {
    /// There is something to read: bytes, datagrams, a connection, an end or an error.
    func portBecameReadable()

    /// There is room to write again, or connecting has ended.
    func portBecameWritable()
}

/// A socket as the actors see it: never blocking, telling its handler when to try again.
///
/// A port belongs to one loop and, once started, is used there only.
public protocol Port: AnyObject, Sendable {
    /// The address that the system gave it; its port is never 0.
    var localAddress: SocketAddress { get }

    /// Begins to tell `handler`, which is kept until the port is closed.
    ///
    /// - Throws: The system's refusal to watch one more descriptor.
    func start(_ handler: any PortHandler, reading: Bool, writing: Bool) throws(SystemError)

    /// Stops telling the handler. The port stays open and can be started anew.
    func stop()

    /// Whether the handler wants to hear of something to read.
    func setReading(_ wanted: Bool)

    /// Whether the handler wants to hear of room to write.
    func setWriting(_ wanted: Bool)

    /// Changes an option.
    func set(_ option: SocketOption) throws(SystemError)

    /// Gives the descriptor back and forgets the handler. Further calls do nothing.
    func close()
}

/// A socket that accepts TCP connections.
public protocol ListenerPort: Port {
    /// Takes the next connection off the backlog, to live on `loop`.
    func accept(onto loop: any NetworkLoop) -> AcceptOutcome
}

/// What came of taking a connection off the backlog.
public enum AcceptOutcome: Sendable {
    /// A connection, not started yet.
    case accepted(any StreamPort)
    /// The backlog is empty.
    case wouldBlock
    /// The connection ended before it was taken; there may be others.
    case aborted
    /// Descriptors or memory have run out; the connection waits in the backlog.
    case exhausted(SystemError)
    /// The listener itself has failed.
    case failed(SystemError)
}

/// One TCP connection.
public protocol StreamPort: Port {
    /// The peer.
    var remoteAddress: SocketAddress { get }

    /// Why connecting failed, `nil` when it succeeded. To be asked once the port is writable.
    func connectError() -> SystemError?

    /// Reads what is there and hands it to `consume` as long as that call lasts.
    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome

    /// Writes as many of the bytes as there is room for.
    func write(_ bytes: Span<UInt8>) -> WriteOutcome

    /// Tells the peer that nothing more will come; reading goes on.
    func shutDownWriting()

    /// Closes so that the peer sees a reset instead of an end, and nothing lingers.
    func reset()
}

/// What came of reading from a stream.
public enum ReadOutcome: Sendable {
    /// So many bytes were handed over; `more` when there may be others right now.
    case bytes(Int, more: Bool)
    /// Nothing is there yet.
    case wouldBlock
    /// The peer has ended its direction.
    case end
    /// The stream is broken.
    case failed(SystemError)
}

/// What came of writing to a stream.
public enum WriteOutcome: Sendable {
    /// So many bytes were taken.
    case wrote(Int)
    /// There is no room now.
    case wouldBlock
    /// The stream is broken.
    case failed(SystemError)
}

/// One UDP socket.
public protocol DatagramPort: Port {
    /// Datagrams that the system has dropped since the port opened, for want of room.
    var kernelDrops: Int { get }

    /// Appends the datagrams that are there, at most one system call's worth, to `packets`.
    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome

    /// Sends packets from index `first` on, as many as one system call takes.
    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome
}

/// What came of receiving datagrams.
public enum ReceiveOutcome: Sendable {
    /// So many came; `more` when there may be others right now.
    case received(Int, more: Bool)
    /// None is there.
    case wouldBlock
    /// An error that concerns no datagram in particular (an ICMP message, say); the port lives.
    case interrupted(SystemError)
    /// The port is broken.
    case failed(SystemError)
}

/// What came of sending datagrams.
public enum SendOutcome: Sendable {
    /// So many went, from the first one on.
    case sent(Int)
    /// There is no room now.
    case wouldBlock
    /// The first one was refused for its size or destination; the others may go.
    case refused(SystemError)
    /// The port is broken.
    case failed(SystemError)
}
