public import ParleyDatagrams

/// The failure to open a socket: the step, the address and the system's error.
public struct OpenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The step that failed.
    public enum Step: String, Sendable {
        /// Creating the socket.
        case open
        /// Setting one of the options.
        case configure
        /// Binding the address and port.
        case bind
        /// Listening for connections.
        case listen
        /// Looking up the host's name.
        case resolve
    }

    /// The step that failed.
    public let step: Step
    /// The address, such as "127.0.0.1:9099", or the name that did not resolve.
    public let place: String
    /// The system's error.
    public let error: SystemError

    package init(step: Step, place: String, error: SystemError) {
        self.step = step
        self.place = place
        self.error = error
    }

    /// "cannot bind 127.0.0.1:9099: Address already in use".
    public var description: String { "cannot \(step.rawValue) \(place): \(error)" }
}

/// The failure to look up a host's name.
public enum ResolveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such name, or no server to ask. `reason` is the resolver's own text.
    case notFound(host: String, reason: String)
    /// The waiting task was cancelled.
    case cancelled

    /// The error in a sentence.
    public var description: String {
        switch self {
        case .notFound(let host, let reason): "cannot find the host \"\(host)\": \(reason)"
        case .cancelled: "the look-up was cancelled"
        }
    }
}

/// The failure to connect.
public enum ConnectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One address that was tried, and its error.
    public struct Attempt: Sendable, Hashable {
        /// The address.
        public let address: SocketAddress
        /// The system's error, such as `.connectionRefused` or `.timedOut`.
        public let error: SystemError
    }

    /// The host's name could not be looked up.
    case unresolved(ResolveError)
    /// Every address of the host was tried, in this order, without success.
    case failed([Attempt])
    /// Neither the name's look-up nor an address answered in time.
    case timedOut(after: Duration)
    /// The server answered, but is not the expected one or does not encrypt as it should.
    case security(SecurityFailure)
    /// The manager is shut down.
    case closed
    /// The waiting task was cancelled.
    case cancelled

    /// Whether at least one address refused the connection.
    public var isRefused: Bool {
        guard case .failed(let attempts) = self else { return false }
        return attempts.contains { $0.error == .connectionRefused }
    }

    /// The error in a sentence.
    public var description: String {
        switch self {
        case .unresolved(let error): "cannot connect: \(error)"
        case .failed(let attempts):
            "cannot connect: "
                + attempts.map { "\($0.address): \($0.error)" }.joined(separator: ", ")
        case .timedOut(let limit): "cannot connect: no answer within \(limit)"
        case .security(let failure): "cannot connect: \(failure)"
        case .closed: "cannot connect: the manager is shut down"
        case .cancelled: "connecting was cancelled"
        }
    }
}

/// The failure to send a datagram. Nothing of the datagram is sent.
public enum SendError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The connection or socket has ended, for this reason.
    case closed(CloseReason)
    /// The datagram is too long: its bytes, and the largest number that can be sent.
    case tooLong(count: Int, limit: Int)
    /// Too many bytes wait to leave. Only calls that do not wait throw it.
    case queueFull
    /// The sending task was cancelled while it waited for room.
    case cancelled

    /// The error in a sentence.
    public var description: String {
        switch self {
        case .closed(let reason): "cannot send: the connection has ended (\(reason))"
        case .tooLong(let count, let limit):
            "cannot send a datagram of \(count) bytes: \(limit) is the largest"
        case .queueFull: "cannot send: too many bytes wait for this peer already"
        case .cancelled: "sending was cancelled"
        }
    }
}

/// The reason why a connection, listener or UDP socket ended. Each ends with exactly one.
public enum CloseReason: Error, Sendable, Hashable, CustomStringConvertible {
    /// This side closed it.
    case local
    /// The peer closed the connection, between two datagrams.
    case closedByPeer
    /// The peer, or a device on the way, reset the connection.
    case reset
    /// Nothing arrived for `ConnectionOptions.idleTimeout`.
    case idleTimeout
    /// The peer broke the rules of the framing, or ended in the middle of a frame.
    case protocolViolation(FramingError)
    /// An encrypted connection was lost, or its peer broke the rules or is not who it should be.
    case security(SecurityFailure)
    /// A limit was exceeded.
    case limitExceeded(ConnectionLimit)
    /// The system reported another error.
    case failed(SystemError)

    /// The reason in a few words.
    public var description: String {
        switch self {
        case .local: "closed by this side"
        case .closedByPeer: "closed by the peer"
        case .reset: "reset by the peer"
        case .idleTimeout: "nothing came for too long"
        case .protocolViolation(let error): "protocol violation: \(error)"
        case .security(let failure): failure.description
        case .limitExceeded(let limit): "limit exceeded: \(limit.rawValue)"
        case .failed(let error): "failed: \(error)"
        }
    }
}

/// A limit that can end a connection.
public enum ConnectionLimit: String, Sendable, Hashable {
    /// More bytes than `ConnectionOptions.outboundLimit` wait to leave.
    case outboundBytes = "too many bytes wait to be sent"
    /// The system took no byte for `ConnectionOptions.stallTimeout`.
    case stalled = "the peer does not read"
    /// The handshake took longer than `ConnectionLimits.handshakeTimeout`.
    case handshakeTime = "the handshake took too long"
    /// More handshakes than `ConnectionLimits.handshakes` or `handshakesPerAddress` were unfinished at
    /// once, and this was the oldest of the network that had most.
    case handshakes = "too many unfinished handshakes"
}
