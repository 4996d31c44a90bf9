import Glibc
import ParleySockets

/// A listening socket made of system calls only, on 127.0.0.1.
final class PlainListener: Sendable {
    let descriptor: Int32
    let address: SocketAddress

    /// - Parameter backlog: `nil` binds without listening, so that connecting is refused.
    init(backlog: Int32?) throws {
        (descriptor, address) = try bound(SOCK_STREAM)
        if let backlog, listen(descriptor, backlog) != 0 { throw PlainError(call: "listen") }
    }

    deinit { close(descriptor) }

    /// Takes the next connection.
    func accept() async throws -> PlainPeer {
        let accepted = await aside { [descriptor] in Glibc.accept(descriptor, nil, nil) }
        guard accepted >= 0 else { throw PlainError(call: "accept") }
        return PlainPeer(descriptor: accepted)
    }
}

/// A UDP socket made of system calls only, on 127.0.0.1.
final class PlainDatagramPeer: DatagramPeer {
    let descriptor: Int32
    let address: SocketAddress

    init() throws {
        (descriptor, address) = try bound(SOCK_DGRAM)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to address: SocketAddress) {
        withSystemAddress(address) { _ = sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next packet; `nil` when none comes within the generous limit.
    func receive() async -> [UInt8]? {
        await aside { [descriptor] in
            var space = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &space, space.count, 0)
            return count < 0 ? nil : Array(space[..<count])
        }
    }
}

private func bound(_ kind: __socket_type) throws -> (Int32, SocketAddress) {
    let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
    guard descriptor >= 0 else { throw PlainError(call: "socket") }
    let result = withSystemAddress(.loopback(port: 0)) { bind(descriptor, $0, $1) }
    guard result == 0 else { throw PlainError(call: "bind") }
    return (descriptor, .loopback(port: portOf(descriptor)))
}

/// The local port of a socket.
func portOf(_ descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
        _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            getsockname(descriptor, $0, &size)
        }
    }
    return UInt16(bigEndian: address.sin_port)
}
