public import ParleyDatagrams

/// A socket could not be opened: which step failed, for which address, and what the system said.
public struct OpenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done when it failed.
    public enum Step: String, Sendable {
        /// Making the socket.
        case open
        /// Giving it one of the options that were asked for.
        case configure
        /// Taking the address and port.
        case bind
        /// Waiting for connections on it.
        case listen
        /// Looking the host's name up.
        case resolve
    }

    /// What was being done.
    public let step: Step
    /// Where: "127.0.0.1:9099", or the name that did not resolve.
    public let place: String
    /// What the system said.
    public let error: SystemError

    /// An error of that step.
    public init(step: Step, place: String, error: SystemError) {
        self.step = step
        self.place = place
        self.error = error
    }

    /// "cannot bind 127.0.0.1:9099: Address already in use".
    public var description: String { "cannot \(step.rawValue) \(place): \(error)" }
}

/// A name could not be looked up.
public enum ResolveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such name, or nobody to ask; `reason` is the resolver's own text.
    case notFound(host: String, reason: String)
    /// The task that asked was cancelled.
    case cancelled

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .notFound(let host, let reason): "cannot find the host \"\(host)\": \(reason)"
        case .cancelled: "the look-up was cancelled"
        }
    }
}

/// A connection could not be made.
public enum ConnectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One address that was tried, and what became of it.
    public struct Attempt: Sendable, Hashable {
        /// The address.
        public let address: SocketAddress
        /// What the system said: `.connectionRefused`, `.timedOut`, …
        public let error: SystemError
    }

    /// The host's name could not be looked up.
    case unresolved(ResolveError)
    /// Every address that the host has was tried, in this order, without success.
    case failed([Attempt])
    /// Neither the name's look-up nor an address gave an answer within the time.
    case timedOut(after: Duration)
    /// The manager is shut down.
    case closed
    /// The task that was connecting was cancelled.
    case cancelled

    /// Whether somebody was there and refused.
    public var isRefused: Bool {
        guard case .failed(let attempts) = self else { return false }
        return attempts.contains { $0.error == .connectionRefused }
    }

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .unresolved(let error): "cannot connect: \(error)"
        case .failed(let attempts):
            "cannot connect: "
                + attempts.map { "\($0.address): \($0.error)" }.joined(separator: ", ")
        case .timedOut(let limit): "cannot connect: no answer within \(limit)"
        case .closed: "cannot connect: the manager is shut down"
        case .cancelled: "connecting was cancelled"
        }
    }
}

/// A datagram could not be sent. Nothing of it was.
public enum SendError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The connection or socket has ended, for this reason.
    case closed(CloseReason)
    /// The datagram does not fit: its bytes, and how many could be sent.
    case tooLong(count: Int, limit: Int)
    /// The queue of bytes waiting to leave is full (only where the call does not wait for room).
    case queueFull
    /// The task that was sending was cancelled while it waited for room.
    case cancelled

    /// What went wrong, in a sentence.
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

/// Why a connection ended. Every connection ends with exactly one of these.
public enum CloseReason: Error, Sendable, Hashable, CustomStringConvertible {
    /// This side closed it.
    case local
    /// The peer closed it, between two datagrams.
    case closedByPeer
    /// The peer, or something on the way, cut it off.
    case reset
    /// Nothing arrived for the whole `ConnectionOptions.idleTimeout`.
    case idleTimeout
    /// The peer sent what the framing does not allow, or ended in the middle of a frame.
    case protocolViolation(FramingError)
    /// A limit was passed.
    case limitExceeded(ConnectionLimit)
    /// The system failed in some other way.
    case failed(SystemError)

    /// The reason in a few words.
    public var description: String {
        switch self {
        case .local: "closed by this side"
        case .closedByPeer: "closed by the peer"
        case .reset: "reset by the peer"
        case .idleTimeout: "nothing came for too long"
        case .protocolViolation(let error): "protocol violation: \(error)"
        case .limitExceeded(let limit): "limit exceeded: \(limit.rawValue)"
        case .failed(let error): "failed: \(error)"
        }
    }
}

/// A limit that can end a connection.
public enum ConnectionLimit: String, Sendable, Hashable {
    /// More bytes wait to be sent than `ConnectionOptions.outboundLimit` allows.
    case outboundBytes = "too many bytes wait to be sent"
    /// The peer took no byte for the whole `ConnectionOptions.stallTimeout`.
    case stalled = "the peer does not read"
}
