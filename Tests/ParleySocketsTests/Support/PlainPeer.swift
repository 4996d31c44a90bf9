import Foundation
import Glibc
import ParleySockets
import Synchronization

/// Runs `body`, which may block, on a thread of its own.
func aside<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// The system refused one of the tests' own calls.
struct PlainError: Error {
    let call: String
    let code = errno
}

/// A TCP peer made of system calls only.
final class PlainPeer: Peer {
    let descriptor: Int32
    private let isClosed = Atomic(false)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        // Longer than anybody needs even where all tests share one busy core.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    deinit { close() }

    /// A connected peer; `receiveBuffer` bytes of it hold what it doesn't read.
    static func connected(
        to address: SocketAddress, from local: SocketAddress? = nil, receiveBuffer: Int32? = nil
    ) async throws -> PlainPeer {
        let outcome = await aside { () -> Result<PlainPeer, PlainError> in
            let family = address.isIPv4 ? AF_INET : AF_INET6
            let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { return .failure(PlainError(call: "socket")) }
            let peer = PlainPeer(descriptor: descriptor)
            if let receiveBuffer { peer.setOption(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
            if let local {
                let bound = withSystemAddress(local) { bind(descriptor, $0, $1) }
                guard bound == 0 else { return .failure(PlainError(call: "bind")) }
            }
            let connected = withSystemAddress(address) { connect(descriptor, $0, $1) }
            guard connected == 0 else { return .failure(PlainError(call: "connect")) }
            return .success(peer)
        }
        return try outcome.get()
    }

    func setOption(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sends all of the bytes, waiting where necessary. Returns whether all were sent.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        await aside { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// On a slow machine it may give up too early, which only makes its figure smaller.
    func sendUntilStuck(_ chunk: [UInt8], atMost limit: Int) async -> Int {
        await aside { [descriptor] in
            var total = 0
            while total < limit {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wanted, 1, 300) == 1 else { return total }
                let start = total % chunk.count
                let count = chunk[start...].withUnsafeBytes {
                    Glibc.send(
                        descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                }
                if count < 0, errno == EAGAIN { continue }
                guard count > 0 else { return total }
                total += count
            }
            return total
        }
    }

    /// Reads `count` bytes, or fewer where the stream ends before.
    func read(_ count: Int) async -> [UInt8] {
        await aside { [self] in readNow(upTo: count).bytes }
    }

    /// Reads until the other end has ended the stream.
    func readToEnd() async -> (bytes: [UInt8], ending: PeerEnding) {
        await aside { [self] in readNow(upTo: .max) }
    }

    private func readNow(upTo limit: Int) -> (bytes: [UInt8], ending: PeerEnding) {
        var bytes: [UInt8] = []
        var space = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = recv(descriptor, &space, min(space.count, limit - bytes.count), 0)
            if count == 0 { return (bytes, .end) }
            if count < 0 {
                return (bytes, errno == ECONNRESET || errno == EPIPE ? .reset : .open)
            }
            bytes += space[..<count]
        }
        return (bytes, .open)
    }

    /// Ends the sending direction; reading goes on.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Cuts the connection off.
    func reset() {
        var setting = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        if !isClosed.exchange(true, ordering: .relaxed) { Glibc.close(descriptor) }
    }

    /// The value of an option, as a number.
    func option(_ level: Int32, _ name: Int32) -> Int32 {
        systemOption(descriptor, level, name)
    }
}

func systemOption(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32 {
    var value: Int32 = -1
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, level, name, &value, &size)
    return value
}

/// Calls `body` with the system's form of an address.
func withSystemAddress<Result>(
    _ address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    if let octets = address.ipv4Octets {
        var system = sockaddr_in()
        system.sin_family = sa_family_t(AF_INET)
        system.sin_port = address.port.bigEndian
        withUnsafeMutableBytes(of: &system.sin_addr) { $0.copyBytes(from: octets) }
        return withUnsafePointer(to: &system) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    var system = sockaddr_in6()
    system.sin6_family = sa_family_t(AF_INET6)
    system.sin6_port = address.port.bigEndian
    system.sin6_scope_id = address.scope
    withUnsafeMutableBytes(of: &system.sin6_addr) {
        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return withUnsafePointer(to: &system) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
    }
}
