import Parley
import Testing

/// A Parley client and Panda3D servers.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaServerTests {
    /// Sends datagrams of these sizes over a TCP connection.
    ///
    /// - Returns: The datagrams that come back. Raw mode keeps no boundaries.
    private func echo(_ sizes: [Int], framing: StreamFraming) async throws -> [Datagram] {
        let options = arguments(for: framing)
        return try await PandaPeer.run("echo_server.py", options) { server in
            let port = try await server.next(EchoPorts.self).tcp
            return try await ConnectionManager.run { manager in
                let connection = try await manager.connect(
                    to: "127.0.0.1", port: port, options: ConnectionOptions(framing: framing))
                return try await withThrowingDiscardingTaskGroup { group in
                    group.addTask {
                        for (number, size) in sizes.enumerated() {
                            try await connection.send(pattern(number, size))
                        }
                    }
                    return await receive(
                        sizes.reduce(0, +), in: sizes.count, from: connection, framing: framing)
                }
            }
        }
    }

    private func receive(
        _ bytes: Int, in count: Int, from connection: Connection, framing: StreamFraming
    ) async -> [Datagram] {
        var received: [Datagram] = []
        var receivedBytes = 0
        for await datagram in connection.datagrams {
            received.append(datagram)
            receivedBytes += datagram.count
            if framing == .raw ? receivedBytes >= bytes : received.count == count { break }
        }
        return received
    }

    private func expect(_ received: [Datagram], echo sizes: [Int], framing: StreamFraming) {
        let sent = sizes.enumerated().map { pattern($0, $1) }
        if framing == .raw {
            #expect(received.flatMap(\.bytes) == sent.flatMap(\.bytes))
        } else {
            #expect(received == sent)
        }
    }

    @Test(arguments: everyFraming)
    func everySizeOverTCP(framing: StreamFraming) async throws {
        let sizes = sizes(for: framing)
        expect(try await echo(sizes, framing: framing), echo: sizes, framing: framing)
    }

    @Test(arguments: everyFraming)
    func tenThousandInOrderOverTCP(framing: StreamFraming) async throws {
        let sizes = Array(repeating: mixedSizes, count: rounds).flatMap { $0 }
        expect(try await echo(sizes, framing: framing), echo: sizes, framing: framing)
    }

    /// Runs `body` with a UDP socket and the address of a Panda3D server that echoes.
    private func withUDPServer(
        _ framing: DatagramFraming,
        body: (DatagramSocket, SocketAddress) async throws -> Void
    ) async throws {
        let options = ["--udp-port", "0"] + arguments(for: framing)
        try await PandaPeer.run("echo_server.py", options) { server in
            let port = try #require(try await server.next(EchoPorts.self).udp)
            try await ConnectionManager.run { manager in
                let socket = try await manager.openUDP(
                    host: "127.0.0.1", options: DatagramSocketOptions(framing: framing))
                try await body(socket, .loopback(port: port))
            }
        }
    }

    @Test(arguments: DatagramFraming.allCases)
    func everySizeOverUDP(framing: DatagramFraming) async throws {
        try await withUDPServer(framing) { socket, server in
            var answers = socket.datagrams.makeAsyncIterator()
            for (number, size) in [1, 2, 1499, 1500].enumerated() {
                try await socket.send(pattern(number, size), to: server)
                let answer = await answers.next()
                #expect(answer?.datagram == pattern(number, size))
                #expect(answer?.address == server)
            }
        }
    }

    @Test(arguments: DatagramFraming.allCases)
    func tenThousandInOrderOverUDP(framing: DatagramFraming) async throws {
        try await withUDPServer(framing) { socket, server in
            var answers = socket.datagrams.makeAsyncIterator()
            let (window, total) = (32, mixedSizes.count * rounds)
            for start in stride(from: 0, to: total, by: window) {
                let numbers = start..<min(start + window, total)
                for number in numbers {
                    let size = mixedSizes[number % mixedSizes.count]
                    try await socket.send(pattern(number, size), to: server)
                }
                for number in numbers {
                    let size = mixedSizes[number % mixedSizes.count]
                    let answer = await answers.next()
                    try #require(answer?.datagram == pattern(number, size))
                }
            }
        }
    }

    /// Panda3D cuts packets at 1502 bytes, finds the checksum wrong, and goes on.
    @Test func pandaDropsMoreThan1500BytesOverUDP() async throws {
        try await withUDPServer(.checksummed) { socket, server in
            try await socket.send(pattern(0, 1501), to: server)
            try await socket.send(pattern(1, 1500), to: server)
            var answers = socket.datagrams.makeAsyncIterator()
            #expect(await answers.next()?.datagram == pattern(1, 1500))
        }
    }

    @Test func serverThatDiesIsSeenToDie() async throws {
        try await ConnectionManager.run { manager in
            let connection = try await PandaPeer.run("echo_server.py", []) { server in
                let port = try await server.next(EchoPorts.self).tcp
                let connection = try await manager.connect(to: "127.0.0.1", port: port)
                try await connection.send(pattern(0, 10))
                var answers = connection.datagrams.makeAsyncIterator()
                #expect(await answers.next() == pattern(0, 10))
                return connection
            }
            let reason = await connection.terminated()
            #expect(reason == .closedByPeer || reason == .reset)
        }
    }
}
