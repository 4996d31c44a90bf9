import Parley
import Testing

/// Panda3D clients and a Parley server.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaClientTests {
    /// Runs one Panda3D client against an echoing port.
    private func runClient(_ port: UInt16, _ sizes: [Int], _ more: [String]) async throws
        -> EchoResult
    {
        let arguments = ["--port", "\(port)", "--sizes", list(sizes)] + more
        return try await PandaPeer.run("echo_client.py", arguments) { client in
            try await client.next(EchoResult.self)
        }
    }

    @Test(arguments: everyFraming)
    func everySizeOverTCP(framing: StreamFraming) async throws {
        let sizes = sizes(for: framing)
        let result = try await withEchoServer(stream: framing) { server in
            try await runClient(server.tcp, sizes, arguments(for: framing))
        }
        result.expectEcho(of: sizes)
    }

    @Test(arguments: everyFraming)
    func tenThousandInOrderOverTCP(framing: StreamFraming) async throws {
        let result = try await withEchoServer(stream: framing) { server in
            try await runClient(
                server.tcp, mixedSizes, arguments(for: framing) + ["--repeat", "\(rounds)"])
        }
        result.expectEcho(of: Array(repeating: mixedSizes, count: rounds).flatMap { $0 })
    }

    @Test(arguments: DatagramFraming.allCases)
    func everySizeOverUDP(framing: DatagramFraming) async throws {
        // Panda3D receives at most 1500 bytes; an empty raw packet it ignores.
        let sizes = framing == .raw ? [1, 2, 1499, 1500] : [0, 1, 2, 1499, 1500]
        let result = try await withEchoServer(datagram: framing) { server in
            try await runClient(
                try #require(server.udp), sizes, ["--udp"] + arguments(for: framing))
        }
        result.expectEcho(of: sizes)
    }

    @Test(arguments: DatagramFraming.allCases)
    func tenThousandInOrderOverUDP(framing: DatagramFraming) async throws {
        let result = try await withEchoServer(datagram: framing) { server in
            try await runClient(
                try #require(server.udp), mixedSizes,
                ["--udp", "--repeat", "\(rounds)"] + arguments(for: framing))
        }
        result.expectEcho(of: Array(repeating: mixedSizes, count: rounds).flatMap { $0 })
    }

    @Test(arguments: DatagramFraming.allCases)
    func largestThatPandaSendsOverUDP(framing: DatagramFraming) async throws {
        let sizes = [1500, 1501, 9000, 40_000, framing == .raw ? 65_507 : 65_505]
        try await ConnectionManager.run { manager in
            let socket = try await manager.openUDP(
                host: "127.0.0.1", options: DatagramSocketOptions(framing: framing))
            let result = try await runClient(
                socket.localAddress.port, sizes,
                ["--udp", "--one-way"] + arguments(for: framing))
            #expect(result.sent == sizes.count)
            var received: [Datagram] = []
            for await packet in socket.datagrams {
                received.append(packet.datagram)
                if received.count == sizes.count { break }
            }
            #expect(received == sizes.enumerated().map { pattern($0, $1) })
        }
    }

    /// A server on all addresses, and clients over IPv4 and IPv6, by name and by number.
    @Test(arguments: ["127.0.0.1", "localhost", "::1"])
    func everyFamily(host: String) async throws {
        let sizes = [1, 100, 1500]
        let results = try await withEchoServer(host: nil) { server in
            [
                try await runClient(server.tcp, sizes, ["--host", host]),
                try await runClient(
                    try #require(server.udp), sizes, ["--host", host, "--udp"]),
            ]
        }
        for result in results { result.expectEcho(of: sizes) }
    }

    @Test func manyClientsAtOnce() async throws {
        let results = try await withEchoServer { server in
            try await withThrowingTaskGroup(of: EchoResult.self) { group in
                for seed in 1...8 {
                    group.addTask {
                        try await runClient(
                            server.tcp, mixedSizes, ["--repeat", "100", "--seed", "\(seed)"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(results.count == 8)
        for result in results {
            result.expectEcho(of: Array(repeating: mixedSizes, count: 100).flatMap { $0 })
        }
    }

    /// One reader takes the datagrams of all clients, over TCP and UDP, and answers each.
    @Test func manyClientsThroughOneReader() async throws {
        let reader = ConnectionReader()
        let repeats = ["--repeat", "100"]
        let results = try await ConnectionManager.run { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            let socket = try await manager.openUDP(host: "127.0.0.1")
            await reader.add(socket)
            return try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    for await connection in listener.connections { await reader.add(connection) }
                }
                group.addTask {
                    for await message in reader.datagrams {
                        try await message.reply(message.datagram)
                    }
                }
                let (tcp, udp) = (listener.localAddress.port, socket.localAddress.port)
                async let first = runClient(tcp, mixedSizes, repeats)
                async let second = runClient(tcp, mixedSizes, repeats + ["--seed", "2"])
                async let third = runClient(udp, mixedSizes, repeats + ["--udp"])
                let results = try await [first, second, third]
                group.cancelAll()
                return results
            }
        }
        for result in results {
            result.expectEcho(of: Array(repeating: mixedSizes, count: 100).flatMap { $0 })
        }
    }

    private struct Echoed: Decodable {
        let echoed: Int
    }

    /// Panda3D's other client, of nativenet, frames as `tcp-header-size 2` does.
    @Test func bufferedDatagramConnection() async throws {
        let result = try await withEchoServer { server in
            try await PandaPeer.run("native_client.py", ["\(server.tcp)"]) { client in
                try await client.next(Echoed.self)
            }
        }
        #expect(result.echoed == 5)
    }

    /// A client that ends closes its connection, and the reason reports that.
    @Test func leavingClientIsSeenToLeave() async throws {
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            try await PandaPeer.run(
                "echo_client.py",
                ["--port", "\(listener.localAddress.port)", "--sizes", "5", "--one-way"]
            ) { client in
                var connections = listener.connections.makeAsyncIterator()
                let connection = try #require(await connections.next())
                var received: [Datagram] = []
                for await datagram in connection.datagrams { received.append(datagram) }
                #expect(received == [pattern(0, 5)])
                #expect(await connection.terminated() == .closedByPeer)
                #expect(try await client.next(EchoResult.self).sent == 1)
            }
        }
    }
}
