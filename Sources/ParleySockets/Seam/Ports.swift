/// Hears when a port can be read from or written to. Called on the port's loop.
package protocol PortHandler: AnyObject, Sendable {
    /// There is something to read: bytes, datagrams, a connection, an end or an error.
    func portBecameReadable()

    /// There is room to write again, or connecting has ended.
    func portBecameWritable()
}

/// A socket as the actors see it: it never blocks, and tells its handler when to try again.
///
/// A port belongs to one loop, and is used there only once it has been started.
package protocol Port: AnyObject, Sendable {
    /// The address that the system gave it. Its port is never 0.
    var localAddress: SocketAddress { get }

    /// Begins to tell `handler`, and keeps it until the port is closed.
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
    ///
    /// - Throws: The system's refusal; `badDescriptor` once the port is closed.
    func set(_ option: SocketOption) throws(SystemError)

    /// Closes the descriptor and releases the handler. A second call does nothing.
    func close()
}

/// A socket that accepts TCP connections.
package protocol ListenerPort: Port {
    /// Takes the next connection off the backlog, to live on `loop`, which must be of the same network.
    func accept(onto loop: any SocketLoop) -> AcceptOutcome
}

/// The result of taking a connection off the backlog.
package enum AcceptOutcome: Sendable {
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
package protocol StreamPort: Port {
    /// The peer.
    var remoteAddress: SocketAddress { get }

    /// Why connecting failed, `nil` when it succeeded. To be asked once the port is writable.
    func connectError() -> SystemError?

    /// Reads what is there, and lends it to `consume` for the duration of that call.
    func read(_ consume: (Span<UInt8>) -> Void) -> ReadOutcome

    /// Writes as many of the bytes as there is room for.
    func write(_ bytes: Span<UInt8>) -> WriteOutcome

    /// Takes bytes only while the system holds fewer than `count` that have not left the machine once.
    func limitUnsent(to count: Int)

    /// Ends the sending direction; reading goes on.
    func shutDownWriting()

    /// Closes at once, so that the peer sees a reset instead of an end.
    func reset()

    /// Moves the socket to another loop of the same network. Called on its present loop; this port is
    /// closed afterwards.
    ///
    /// - Returns: The port on that loop, not started; nil where the socket has to stay.
    func moved(to loop: any SocketLoop) -> (any StreamPort)?
}

extension StreamPort {
    /// Keeps the bound that the port has.
    package func limitUnsent(to count: Int) {}

    /// Stays on its loop.
    package func moved(to loop: any SocketLoop) -> (any StreamPort)? { nil }
}

/// The result of a read from a stream.
package enum ReadOutcome: Sendable {
    /// The number of bytes read; `more` when there may be others right now.
    case bytes(Int, more: Bool)
    /// Nothing is there yet.
    case wouldBlock
    /// The peer has ended its direction.
    case end
    /// The stream is broken.
    case failed(SystemError)
}

/// The result of a write to a stream.
package enum WriteOutcome: Sendable {
    /// The number of bytes taken.
    case wrote(Int)
    /// There is no room now.
    case wouldBlock
    /// The stream is broken.
    case failed(SystemError)
}

/// One UDP socket.
package protocol DatagramPort: Port {
    /// Datagrams that the system has dropped for lack of room since the port opened.
    var kernelDrops: Int { get }

    /// Appends the datagrams that have arrived, at most those of one system call, to `packets`.
    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome

    /// Sends packets from index `first` on, as many as one system call takes.
    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome
}

/// The result of receiving datagrams.
package enum ReceiveOutcome: Sendable {
    /// The number of messages received; `more` when there may be others right now.
    case received(Int, more: Bool)
    /// There is none.
    case wouldBlock
    /// An error that concerns no datagram in particular (an ICMP message, say); the port lives.
    case interrupted(SystemError)
    /// The port is broken.
    case failed(SystemError)
}

/// The result of sending datagrams.
package enum SendOutcome: Sendable {
    /// The number of packets sent, from the first one on.
    case sent(Int)
    /// There is no room now.
    case wouldBlock
    /// The first one was refused for its size or destination; the others may go.
    case refused(SystemError)
    /// The port is broken.
    case failed(SystemError)
}
