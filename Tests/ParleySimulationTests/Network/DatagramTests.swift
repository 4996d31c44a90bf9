import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// UDP of a simulation, as the actors see it.
@Suite struct DatagramTests {
    /// Two sockets on two hosts.
    private struct Pair: Sendable {
        let simulation: Simulation
        let server: DatagramSocket
        let client: DatagramSocket

        var serverAddress: SocketAddress {
            var address = simulation.host("server").address
            address.port = server.localAddress.port
            return address
        }

        static func run(
            _ simulation: Simulation = Simulation(seed: 1),
            _ body: @escaping @Sendable (Pair) async throws -> Void
        ) throws {
            try simulation.run { simulation in
                let server = ConnectionManager(network: simulation.host("server"))
                let client = ConnectionManager(network: simulation.host("client"))
                try await body(
                    Pair(
                        simulation: simulation, server: server.openUDP(port: 4_000),
                        client: client.openUDP()))
                await client.shutdown()
                await server.shutdown()
            }
            #expect(simulation.openSockets == 0)
        }

        func exchange(_ number: UInt8) async throws -> SocketAddress? {
            try await client.send(Datagram(bytes: [number]), to: serverAddress)
            let received = await server.next()
            #expect(received?.datagram.bytes == [number])
            return received?.address
        }
    }

    @Test func anAnswerFindsItsWay() throws {
        try Pair.run { pair in
            guard let source = try await pair.exchange(1) else { return }
            #expect(source.ipv4Octets?.first == 10)
            try await pair.server.send(Datagram(bytes: [2]), to: source)
            let answer = await pair.client.next()
            #expect(answer?.datagram.bytes == [2])
            #expect(answer?.address == pair.serverAddress)
        }
    }

    @Test func aHostAnswersFromTheAddressThatWasAsked() throws {
        try Pair.run { pair in
            let host = pair.simulation.host("server")
            let client = pair.simulation.host("client")
            let second = host.addAddress()
            #expect(host.addresses == [host.address, second])
            let resolved = try await client.resolve("server", port: 4_000)
            #expect(resolved.map(\.host) == host.addresses.map(\.host))
            for address in resolved {
                try await pair.client.send(Datagram(bytes: [1]), to: address)
                let question = try #require(await pair.server.next())
                #expect(question.localAddress == address)
                for local in [question.localAddress, nil] {
                    try await pair.server.send(
                        Datagram(bytes: [2]), to: question.address, from: local)
                    let answer = try #require(await pair.client.next())
                    #expect(answer.address == local ?? pair.serverAddress)
                }
            }
        }
    }

    @Test func aHostSendsFromItsOwnAddressesOnly() throws {
        try Pair.run { pair in
            let foreign = pair.simulation.host("client").addAddress()
            try await pair.server.send(
                Datagram(bytes: [1]), to: pair.client.localAddress, from: foreign)
            try await pair.simulation.clock.sleep(for: .seconds(1))
            #expect(await pair.server.statistics.refused == 1)
            // A host drops what claims to come from itself.
            _ = try await pair.exchange(3)
            var client = pair.simulation.host("client").address
            client.port = pair.client.localAddress.port
            try await pair.server.send(
                Datagram(bytes: [2]), to: client, from: .loopback(port: 0))
            try await pair.simulation.clock.sleep(for: .seconds(1))
            #expect(await pair.client.statistics.datagramsReceived == 0)
        }
    }

    @Test func aSocketOnOneOfSeveralAddressesSendsFromThere() throws {
        try Simulation(seed: 1).run { simulation in
            let host = simulation.host("server")
            let second = host.addAddress()
            let server = ConnectionManager(network: host)
            let client = ConnectionManager(network: simulation.host("client"))
            let (asked, asking) = (
                try await server.openUDP(host: second.host, port: 4_000),
                try await client.openUDP()
            )
            #expect(asked.localAddress.host == second.host)
            try await asking.send(Datagram(bytes: [1]), to: asked.localAddress)
            let question = try #require(await asked.next())
            #expect(question.localAddress == nil)
            try await asked.send(Datagram(bytes: [2]), to: question.address)
            #expect(await asking.next()?.address == asked.localAddress)
            await client.shutdown()
            await server.shutdown()
        }
    }

    @Test func aReboundClientIsSeenElsewhereAndReachedThere() throws {
        try Pair.run { pair in
            let before = try await pair.exchange(1)
            pair.simulation.host("client").rebind()
            let after = try await pair.exchange(2)
            #expect(before != after)
            guard let before, let after else { return }
            try await pair.server.send(Datagram(bytes: [3]), to: before)
            try await pair.server.send(Datagram(bytes: [4]), to: after)
            #expect(await pair.client.next()?.datagram.bytes == [4])
            // On the host itself nothing has changed.
            let port = pair.client.localAddress.port
            try await pair.client.send(Datagram(bytes: [5]), to: .loopback(port: port))
            #expect(await pair.client.next()?.datagram.bytes == [5])
        }
    }

    @Test func aServersPortIsNotRebound() throws {
        try Pair.run { pair in
            pair.simulation.host("server").rebind()
            let source = try await pair.exchange(1)
            #expect(source != nil)
        }
    }

    @Test func theSenderLearnsThatAPortHasNoSocket() throws {
        try Pair.run { pair in
            var nowhere = pair.serverAddress
            nowhere.port = 9
            try await pair.client.send(Datagram(bytes: [1]), to: nowhere)
            try await pair.simulation.clock.sleep(for: .seconds(1))
            #expect(await pair.client.statistics.refused == 1)
            let source = try await pair.exchange(2)
            #expect(source != nil)
        }
    }

    @Test func datagramsBeyondTheBufferAreCounted() throws {
        try Pair.run { pair in
            let host = pair.simulation.host("server")
            host.pause(for: .seconds(1))
            for _ in 0..<100 {
                try await pair.client.send(Datagram(zeros: 10_000), to: pair.serverAddress)
            }
            try await pair.simulation.clock.sleep(for: .seconds(2))
            let statistics = await pair.server.statistics
            #expect(statistics.droppedBySystem > 0)
            #expect(statistics.droppedBySystem + statistics.datagramsReceived == 100)
        }
    }

    @Test func datagramsOverTheMTUAreLost() throws {
        let simulation = Simulation(seed: 1, links: LinkProfile(mtu: 1_200))
        try Pair.run(simulation) { pair in
            try await pair.client.send(Datagram(zeros: 1_300), to: pair.serverAddress)
            let source = try await pair.exchange(7)
            #expect(source != nil)
        }
    }

    @Test func socketsThatShareAPortEachGetTheirSenders() throws {
        try Simulation(seed: 1).run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            let client = ConnectionManager(network: simulation.host("client"))
            var options = DatagramSocketOptions()
            options.socket = [.reusePort(true)]
            let sharing = [
                try await server.openUDP(port: 4_000, options: options),
                try await server.openUDP(port: 4_000, options: options),
            ]
            await #expect(throws: OpenError.self) { try await server.openUDP(port: 4_000) }
            var address = simulation.host("server").address
            address.port = 4_000
            for _ in 0..<10 {
                let socket = try await client.openUDP()
                for _ in 0..<3 { try await socket.send(Datagram(bytes: [1]), to: address) }
            }
            try await simulation.clock.sleep(for: .seconds(1))
            var counts: [Int] = []
            for socket in sharing { counts.append(await socket.statistics.datagramsReceived) }
            #expect(counts.reduce(0, +) == 30)
            #expect(counts.allSatisfy { $0 > 0 && $0 % 3 == 0 })
            await client.shutdown()
            await server.shutdown()
        }
    }
}

extension DatagramSocket {
    fileprivate nonisolated func next() async -> ReceivedDatagram? {
        for await received in datagrams { return received }
        return nil
    }
}
