import Foundation
import ParleySecurity

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Inside the class below, these names are its own functions.
private let systemAccept = accept
private let systemListen = listen
private let systemConnect = connect

/// A TCP connection over loopback whose calls wait, at most a minute each.
///
/// Real peers are programs, so these tests have a thread to wait on.
final class BlockingSocket {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ step: String) {
            description = "cannot \(step): \(String(cString: strerror(errno)))"
        }
    }

    private let descriptor: Int32

    private init(_ descriptor: Int32) throws {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit { close(descriptor) }

    private static func make() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("make a socket") }
        return descriptor
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func with<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let count = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, count) }
        }
    }

    /// A socket that listens on a port that the system chooses.
    static func listen() throws -> (socket: BlockingSocket, port: UInt16) {
        let socket = try BlockingSocket(make())
        var address = address(port: 0)
        guard with(&address, { bind(socket.descriptor, $0, $1) }) == 0 else {
            throw Failure("bind")
        }
        guard systemListen(socket.descriptor, 8) == 0 else { throw Failure("listen") }
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = with(&address) { pointer, _ in getsockname(socket.descriptor, pointer, &count)
        }
        guard result == 0 else { throw Failure("ask for the port") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// The next connection of a socket that listens.
    func accept() throws -> BlockingSocket {
        let accepted = systemAccept(descriptor, nil, nil)
        guard accepted >= 0 else { throw Failure("accept") }
        return try BlockingSocket(accepted)
    }

    static func connect(port: UInt16) throws -> BlockingSocket {
        let socket = try BlockingSocket(make())
        var address = address(port: port)
        guard with(&address, { systemConnect(socket.descriptor, $0, $1) }) == 0 else {
            throw Failure("connect")
        }
        return socket
    }

    /// What arrives next; nil at the end.
    func read() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        // A peer that resets a connection has ended it too.
        guard count > 0 else {
            if count == 0 || errno == ECONNRESET { return nil }
            throw Failure("read")
        }
        return Array(bytes[..<count])
    }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Array(rest).withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends the direction of sending.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }
}
