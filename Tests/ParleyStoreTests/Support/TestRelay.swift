import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A TCP relay in front of a server, or a server of a test's own, with a thread for each connection.
final class TestRelay: Sendable {
    private struct State {
        var swallowsAnswers = false
        var sockets: [Int32] = []
    }

    private let listener: Int32
    let port: UInt16
    private let state = Mutex(State())

    /// Relays to a port of 127.0.0.1.
    convenience init(to target: UInt16) throws {
        try self.init { relay, client in relay.relay(client, to: target) }
    }

    /// Gives each connection to `serve`, on a thread of its own.
    init(serve: @escaping @Sendable (TestRelay, Int32) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                keep(client)
                Thread.detachNewThread { serve(self, client) }
            }
        }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    private func keep(_ socket: Int32) { state.withLock { $0.sockets.append(socket) } }

    private func relay(_ client: Int32, to target: UInt16) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(target)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        keep(server)
        Thread.detachNewThread { self.pump(server, client, isAnswer: true) }
        pump(client, server, isAnswer: false)
    }

    private func pump(_ from: Int32, _ to: Int32, isAnswer: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { break }
            if isAnswer, state.withLock({ $0.swallowsAnswers }) { continue }
            // Without the signal that would end this process, where the other end has just gone.
            guard send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(to, Int32(SHUT_RDWR))
    }

    /// Whether answers of the server get lost from now on.
    func swallowAnswers(_ wanted: Bool) { state.withLock { $0.swallowsAnswers = wanted } }

    /// Cuts all connections.
    func cut() {
        let sockets = state.withLock { state in
            defer { state.sockets = [] }
            return state.sockets
        }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Ends it.
    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        cut()
    }
}
