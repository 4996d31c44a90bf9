#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The error of a system call.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error's number, such as `EADDRINUSE`.
    public let code: Int32

    /// The error with the system's number `code`.
    package init(code: Int32) {
        self.code = code
    }

    /// The system's text for the error, such as "Address already in use".
    public var description: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            guard let start = text.baseAddress else { return "error \(code)" }
            unsafe start.initialize(repeating: 0, count: text.count)
            _ = unsafe strerror_r(code, start, text.count - 1)
            let words = unsafe String(cString: start)
            return words.isEmpty ? "error \(code)" : words
        }
    }

    /// The port is in use: `EADDRINUSE`.
    public static let addressInUse = SystemError(code: EADDRINUSE)
    /// The address is not one of this machine's: `EADDRNOTAVAIL`.
    public static let addressNotAvailable = SystemError(code: EADDRNOTAVAIL)
    /// Ports below 1,024 need privileges: `EACCES`.
    public static let permissionDenied = SystemError(code: EACCES)
    /// Nothing listens at the address: `ECONNREFUSED`.
    public static let connectionRefused = SystemError(code: ECONNREFUSED)
    /// The peer reset the connection: `ECONNRESET`.
    public static let connectionReset = SystemError(code: ECONNRESET)
    /// No answer came in time: `ETIMEDOUT`.
    public static let timedOut = SystemError(code: ETIMEDOUT)
    /// The process has no descriptor left: `EMFILE`.
    public static let tooManyDescriptors = SystemError(code: EMFILE)
    /// The datagram is larger than the network carries: `EMSGSIZE`.
    public static let messageTooLong = SystemError(code: EMSGSIZE)
    /// The machine lacks the address family, for example IPv6: `EAFNOSUPPORT`.
    public static let addressFamilyNotSupported = SystemError(code: EAFNOSUPPORT)

    package static let wouldBlock = SystemError(code: EAGAIN)
    package static let inProgress = SystemError(code: EINPROGRESS)
    package static let networkDown = SystemError(code: ENETDOWN)
    package static let brokenPipe = SystemError(code: EPIPE)
    package static let badDescriptor = SystemError(code: EBADF)
    static let noSuchOption = SystemError(code: ENOPROTOOPT)
    static let cancelled = SystemError(code: ECANCELED)

    /// Whether descriptors or memory have run out, for now.
    var isExhaustion: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    /// Whether a listening socket has failed for good. All other errors of `accept`, EOPNOTSUPP
    /// among them, are those of the connection that was to be accepted (accept(2)).
    var isListenerFailure: Bool {
        [EBADF, EINVAL, ENOTSOCK, EFAULT].contains(code)
    }

    /// Whether the error concerns one datagram's destination or size, and not the socket.
    var concernsOneDatagram: Bool {
        [
            EMSGSIZE, EACCES, EPERM, EHOSTUNREACH, ENETUNREACH, ECONNREFUSED, EINVAL,
            EAFNOSUPPORT, EADDRNOTAVAIL, EHOSTDOWN, ENETDOWN,
        ].contains(code)
    }

    /// Whether the connection was reset.
    var isReset: Bool {
        [ECONNRESET, EPIPE, ECONNABORTED].contains(code)
    }
}

/// Returns the result of a C function that returns the negated error number on failure.
@discardableResult
func checked(_ result: Int32) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(code: -result) }
    return result
}
