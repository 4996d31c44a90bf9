#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the system said when a call failed.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's number for it, e.g. `EADDRINUSE`.
    public let code: Int32

    /// The error with the system's number `code`.
    public init(code: Int32) {
        self.code = code
    }

    /// The system's own words: "Address already in use".
    public var description: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            guard let start = text.baseAddress else { return "error \(code)" }
            unsafe start.initialize(repeating: 0, count: text.count)
            _ = unsafe strerror_r(code, start, text.count - 1)
            let words = unsafe String(cString: start)
            return words.isEmpty ? "error \(code)" : words
        }
    }

    /// The port is taken: `EADDRINUSE`.
    public static let addressInUse = SystemError(code: EADDRINUSE)
    /// The address is not one of this machine's: `EADDRNOTAVAIL`.
    public static let addressNotAvailable = SystemError(code: EADDRNOTAVAIL)
    /// Ports below 1,024 need privileges: `EACCES`.
    public static let permissionDenied = SystemError(code: EACCES)
    /// Nobody listens there: `ECONNREFUSED`.
    public static let connectionRefused = SystemError(code: ECONNREFUSED)
    /// The peer reset the connection: `ECONNRESET`.
    public static let connectionReset = SystemError(code: ECONNRESET)
    /// No answer came in time: `ETIMEDOUT`.
    public static let timedOut = SystemError(code: ETIMEDOUT)
    /// This process has no descriptor left: `EMFILE`.
    public static let tooManyDescriptors = SystemError(code: EMFILE)
    /// The datagram is larger than the network carries: `EMSGSIZE`.
    public static let messageTooLong = SystemError(code: EMSGSIZE)
    /// The machine has no such address family (IPv6 switched off, say): `EAFNOSUPPORT`.
    public static let addressFamilyNotSupported = SystemError(code: EAFNOSUPPORT)

    package static let wouldBlock = SystemError(code: EAGAIN)
    package static let inProgress = SystemError(code: EINPROGRESS)
    package static let networkDown = SystemError(code: ENETDOWN)
    package static let brokenPipe = SystemError(code: EPIPE)
    package static let badDescriptor = SystemError(code: EBADF)
    static let noSuchOption = SystemError(code: ENOPROTOOPT)
    static let cancelled = SystemError(code: ECANCELED)

    /// Whether it says that descriptors or memory have run out, for now.
    var isExhaustion: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    /// Whether a listening socket is of no use any more. Everything else that accepting reports
    /// concerns the one connection that was to be accepted.
    var isListenerFailure: Bool {
        [EBADF, EINVAL, ENOTSOCK, EOPNOTSUPP, EFAULT].contains(code)
    }

    /// Whether a datagram is refused for its destination or size, while the socket stays good.
    var concernsOneDatagram: Bool {
        [
            EMSGSIZE, EACCES, EPERM, EHOSTUNREACH, ENETUNREACH, ECONNREFUSED, EINVAL,
            EAFNOSUPPORT, EADDRNOTAVAIL, EHOSTDOWN, ENETDOWN,
        ].contains(code)
    }

    /// Whether the peer ended the connection without saying so properly.
    var isReset: Bool {
        [ECONNRESET, EPIPE, ECONNABORTED].contains(code)
    }
}

/// The result of one of our C functions, which return the negated error number where they fail.
@discardableResult
func checked(_ result: Int32) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(code: -result) }
    return result
}
