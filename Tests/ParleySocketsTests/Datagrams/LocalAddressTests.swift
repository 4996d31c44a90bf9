import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// On a host with several addresses, an answer leaves from the address that was asked.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct LocalAddressTests {
    /// One of the host's IPv4 addresses.
    private static func loopback(_ last: UInt8, port: UInt16) -> SocketAddress {
        SocketAddress(ipv4: (127, 0, 0, last), port: port)
    }

    private func next(_ socket: DatagramSocket) async throws -> ReceivedDatagram {
        try #require(await socket.datagrams.first { _ in true })
    }

    @Test(arguments: [nil, "0.0.0.0", "::"] as [String?])
    func aReplyLeavesFromTheAddressThatWasAsked(host: String?) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let server = try await manager.openUDP(host: host)
            let reader = ConnectionReader()
            await reader.add(server)
            let client = try await manager.openUDP(host: "127.0.0.1")
            for last in [2, 1, 77] as [UInt8] {
                let asked = Self.loopback(last, port: server.localAddress.port)
                try await client.send(Datagram(bytes: [last]), to: asked)
                let question = try #require(await reader.datagrams.first { _ in true })
                #expect(question.localAddress == asked)
                try await question.reply(question.datagram)
                let answer = try await next(client)
                #expect(answer.datagram.bytes == [last])
                #expect(answer.address == asked)
            }
        }
    }

    @Test func aSocketOnOneAddressNeedsToBeToldNone() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let server = try await manager.openUDP(host: "127.0.0.1")
            let client = try await manager.openUDP(host: "127.0.0.1")
            try await client.send(Datagram(bytes: [1]), to: server.localAddress)
            let question = try await next(server)
            #expect(question.localAddress == nil)
            try await server.send(
                question.datagram, to: question.address, from: question.localAddress)
            #expect(try await next(client).address == server.localAddress)
        }
    }

    /// Neighbours for one peer from different addresses must not leave as one message.
    @Test(arguments: [true, false], [nil, "0.0.0.0"] as [String?])
    func neighboursFromDifferentAddressesStayApart(joins: Bool, host: String?) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            var options = DatagramSocketOptions()
            options.socket = [.joinsPackets(joins)]
            let sender = try await manager.openUDP(host: host, options: options)
            let receiver = try await manager.openUDP(host: "127.0.0.1", options: options)
            // The address of each: runs of one, of several, and some for which the system chooses.
            let sources: [UInt8?] = [2, 2, 2, 3, 2, nil, nil, nil, 3, 3, nil, 2, 2]
            for (number, source) in sources.enumerated() {
                try await sender.send(
                    Datagram(bytes: [UInt8](repeating: UInt8(number), count: 200)),
                    to: receiver.localAddress, from: source.map { Self.loopback($0, port: 0) })
            }
            var seen: [UInt8: SocketAddress] = [:]
            for await packet in receiver.datagrams {
                #expect(packet.datagram.count == 200)
                seen[packet.datagram.bytes[0]] = packet.address
                if seen.count == sources.count { break }
            }
            for (number, source) in sources.enumerated() {
                let expected = Self.loopback(source ?? 1, port: sender.localAddress.port)
                #expect(seen[UInt8(number)] == expected, "number \(number)")
            }
        }
    }

    @Test func anAddressOfAnotherMachineIsRefusedAndHarmsNoOther() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let sender = try await manager.openUDP(host: "0.0.0.0")
            let receiver = try await manager.openUDP(host: "127.0.0.1")
            for foreign in ["192.0.2.1:0", "[2001:db8::1]:0"] {
                for number in 0..<6 as Range<UInt8> {
                    try await sender.send(
                        Datagram(bytes: [number]), to: receiver.localAddress,
                        from: number % 3 == 2 ? nil : SocketAddress(foreign))
                }
                #expect(try await next(receiver).datagram.bytes == [2])
                #expect(try await next(receiver).datagram.bytes == [5])
            }
            #expect(await sender.statistics.refused == 8)
        }
    }

    /// An answer from the broadcast address itself would be refused.
    @Test(
        .systemOnly("simulated broadcasts reach nobody"),
        arguments: [nil, "0.0.0.0"] as [String?])
    func aBroadcastIsAnsweredFromAnAddressOfTheInterface(host: String?) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let server = try await manager.openUDP(host: host)
            let client = try await manager.openUDP(host: "127.0.0.9")
            try await client.set(.broadcast(true))
            let port = server.localAddress.port
            try await client.send(
                Datagram(bytes: [1]), to: SocketAddress(ipv4: (127, 255, 255, 255), port: port))
            let question = try await next(server)
            #expect(question.localAddress == Self.loopback(1, port: port))
            try await server.send(
                question.datagram, to: question.address, from: question.localAddress)
            #expect(try await next(client).address == Self.loopback(1, port: port))
        }
    }
}
