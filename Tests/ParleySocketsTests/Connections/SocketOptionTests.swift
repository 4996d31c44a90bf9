import CParleySystem
import Glibc
import ParleyDatagrams
import Testing

@testable import ParleySockets

/// Options take effect: they are read back from the kernel.
@Suite(.timeLimit(.minutes(5)))
struct SocketOptionTests {
    /// Opens both kinds of a connection's sockets with `option` and asks the kernel.
    func value(
        of question: (level: Int32, name: Int32), with option: SocketOption, host: String
    ) async throws -> [Int32] {
        let loop = try EventLoop()
        let address = try #require(SocketAddress(host: host, port: 0))
        let results: [Int32] = try await onLoop(loop) {
            let listener = try loop.openListener(at: address, backlog: 1, options: [])
            let stream = try loop.openStream(to: listener.localAddress, options: [option])
            let datagrams = try? loop.openDatagrams(at: address, options: [option])
            let ports = [stream as? SystemPort, datagrams as? SystemPort]
            return ports.compactMap { $0 }.map {
                systemOption($0.descriptor, question.level, question.name)
            }
        }
        return results
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func socketOptions(host: String) async throws {
        let isIPv6 = host.contains(":")
        let (ip, hops, traffic) =
            isIPv6
            ? (Int32(IPPROTO_IPV6), IPV6_UNICAST_HOPS, IPV6_TCLASS)
            : (Int32(IPPROTO_IP), IP_TTL, IP_TOS)
        #expect(try await value(of: (ip, hops), with: .timeToLive(7), host: host) == [7, 7])
        #expect(
            try await value(of: (ip, traffic), with: .typeOfService(0xb8), host: host)
                == [0xb8, 0xb8])
        #expect(
            try await value(of: (SOL_SOCKET, SO_RCVBUF), with: .receiveBuffer(50_000), host: host)
                == [100_000, 100_000])
        #expect(
            try await value(of: (SOL_SOCKET, SO_SNDBUF), with: .sendBuffer(50_000), host: host)
                == [100_000, 100_000])
        #expect(
            try await value(of: (SOL_SOCKET, SO_REUSEPORT), with: .reusePort(true), host: host)
                == [1, 1])
        #expect(
            try await value(of: (SOL_SOCKET, SO_BROADCAST), with: .broadcast(true), host: host)
                .last == 1)
    }

    @Test func tcpOptions() async throws {
        let tcp = Int32(IPPROTO_TCP)
        func first(_ name: Int32, _ option: SocketOption) async throws -> Int32? {
            try await value(of: (tcp, name), with: option, host: "127.0.0.1").first
        }
        #expect(try await first(TCP_NODELAY, .noDelay(true)) != 0)
        #expect(try await first(TCP_NODELAY, .noDelay(false)) == 0)
        let probing = SocketOption.keepAlive(
            .init(idle: .seconds(11), interval: .seconds(3), count: 4))
        #expect(try await first(TCP_KEEPIDLE, probing) == 11)
        #expect(try await first(TCP_KEEPINTVL, probing) == 3)
        #expect(try await first(TCP_KEEPCNT, probing) == 4)
        for (option, expected) in [(probing, 1), (.keepAlive(nil), 0)] {
            let found = try await value(
                of: (SOL_SOCKET, SO_KEEPALIVE), with: option, host: "127.0.0.1")
            #expect(found.first == Int32(expected))
        }
    }

    @Test func acceptedConnectionsHaveTheListenersOptions() async throws {
        let options = ConnectionOptions.with { $0.socket = [.timeToLive(9), .typeOfService(0x10)] }
        try await onStage(options) { stage in
            let (peer, connection) = try await stage.systemPair()
            let values = await connection.kernelOptions([
                (Int32(IPPROTO_IP), IP_TTL), (Int32(IPPROTO_IP), IP_TOS),
                (Int32(IPPROTO_TCP), TCP_NODELAY),
            ])
            #expect(values == [9, 0x10, 1])
            peer.close()
        }
    }

    @Test func anOptionThatTheSystemRefusesThrows() async throws {
        try await ConnectionManager.run { manager in
            let socket = try await manager.openUDP(host: "127.0.0.1")
            await #expect(throws: SystemError.self) {
                try await socket.set(.joinGroup(.loopback(port: 0), interface: 0))
            }
            await #expect(throws: SystemError.self) { try await socket.set(.timeToLive(70_000)) }
            await #expect(throws: SystemError.self) { try await socket.set(.noDelay(true)) }
            var options = DatagramSocketOptions()
            options.socket = [.timeToLive(-7)]
            let error = await #expect(throws: OpenError.self) {
                _ = try await manager.openUDP(host: "127.0.0.1", options: options)
            }
            #expect(error?.step == .configure)
        }
    }

    /// In a process of its own: another test's program that begins at the moment of the close would have the last copy of
    /// the descriptor, and close it, with the hour's wait, before all others that it has got copies of.
    @Test func lingeringDoesNotBlockTheLoop() async {
        await #expect(processExitsWith: .success) {
            let options = ConnectionOptions.with {
                $0.framing = .raw
                $0.socket = [.linger(seconds: 3600), .sendBuffer(16 * 1024)]
            }
            try await onStage(options) { stage in
                let (peer, connection) = try await stage.systemPair(receiveBuffer: 4096)
                try await connection.send(Datagram(bytes: [UInt8](repeating: 1, count: 8192)))
                await connection.close(within: .milliseconds(50))
                #expect(try await stage.othersGoOn(ConnectionOptions(framing: .raw)))
                peer.close()
            }
        }
    }
}

extension Connection {
    /// The kernel's value of an option of this connection's socket.
    func kernelOptions(_ questions: [(Int32, Int32)]) -> [Int32] {
        guard let port = port as? SystemPort else { return [] }
        return questions.map { systemOption(port.descriptor, $0.0, $0.1) }
    }
}
