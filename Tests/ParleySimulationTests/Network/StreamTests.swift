import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Testing

/// TCP of a simulation, as the actors see it.
@Suite struct StreamTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func partialReadsAndWritesArriveWhole(seed: UInt64) throws {
        let faults = Faults.with {
            $0.partialReads = 1
            $0.partialWrites = 1
            $0.busyWrites = 0.5
            $0.spuriousReadiness = 0.5
        }
        let simulation = Simulation(seed: seed, links: .umts, faults: faults)
        try Couple.run(on: simulation) { couple in
            let sent = (0..<20).map { Datagram(bytes: [UInt8](repeating: UInt8($0), count: 500)) }
            for datagram in sent { try await couple.client.send(datagram) }
            await couple.client.finish()
            let received = await couple.server.datagrams.reduce(into: []) { $0.append($1) }
            #expect(received == sent)
        }
        #expect(simulation.openSockets == 0)
    }

    @Test func aHalfClosedConnectionGoesOnTheOtherWay() throws {
        var options = ConnectionOptions()
        options.allowsHalfClose = true
        try Couple.run(options: options) { couple in
            await couple.client.finish()
            #expect(await couple.server.next() == nil)
            #expect(couple.server.isOpen)
            try await couple.server.send(Datagram(bytes: [9]))
            #expect(await couple.client.next()?.bytes == [9])
            await couple.server.close()
            #expect(await couple.client.next() == nil)
        }
    }

    @Test func anAbortIsAResetForThePeer() throws {
        try Couple.run { couple in
            await couple.client.abort()
            #expect(await couple.server.terminated() == .reset)
            #expect(couple.client.closeReason == .local)
        }
    }

    @Test func aMiddleboxCanResetBothEnds() throws {
        try Couple.run { couple in
            couple.serverHost.resetConnections()
            #expect(await couple.server.terminated() == .reset)
            #expect(await couple.client.terminated() == .reset)
        }
    }

    @Test func aPortWithoutAListenerRefuses() throws {
        try Simulation(seed: 1, links: .lan).run { simulation in
            _ = simulation.host("server")
            let client = ConnectionManager(network: simulation.host("client"))
            let error = await #expect(throws: ConnectError.self) {
                try await client.connect(to: "server", port: 1)
            }
            #expect(error?.isRefused == true)
            await client.shutdown()
        }
    }

    @Test(arguments: ["down", "cut off", "cut off from its answers"])
    func aSilentPeerTimesOut(how: String) throws {
        let simulation = Simulation(seed: 1)
        try simulation.run { simulation in
            let (host, network) = (simulation.host("server"), simulation.host("client"))
            let server = ConnectionManager(network: host)
            _ = try await server.listen(port: 9_099)
            switch how {
            case "down": host.crash(for: .seconds(100))
            case "cut off": simulation.setCut(true, from: network, to: host)
            default: simulation.setCut(true, from: host, to: network)
            }
            let client = ConnectionManager(network: network)
            await #expect(throws: ConnectError.timedOut(after: .seconds(3))) {
                try await client.connect(to: "server", port: 9_099, timeout: .seconds(3))
            }
            simulation.setCut(false, from: host, to: network)
            await client.shutdown()
            await server.shutdown()
        }
        #expect(simulation.elapsed >= .seconds(3))
    }

    @Test func aSlowReaderFillsTheWindowAndNoMore() throws {
        var options = ConnectionOptions()
        options.inboundWatermark = 10_000
        options.outboundWatermark = 10_000
        try Couple.run(options: options) { couple in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<1_000 { try await couple.client.send(Datagram(zeros: 1_000)) }
                    await couple.client.close()
                }
                try await couple.simulation.clock.sleep(for: .seconds(10))
                // The window of a simulated stream, and the buffers of the two ends.
                let sent = await couple.client.statistics.bytesSent
                #expect((100_000...250_000).contains(sent))
                #expect(await couple.server.countToTheEnd() == 1_000_000)
                try await group.waitForAll()
            }
        }
    }

    @Test func aPeerThatNeverReadsTimesOut() throws {
        var options = ConnectionOptions()
        options.stallTimeout = .seconds(7)
        options.inboundWatermark = 1_000
        try Couple.run(options: options) { couple in
            await #expect(throws: SendError.closed(.limitExceeded(.stalled))) {
                while true { try await couple.client.send(Datagram(zeros: 1_000)) }
            }
        }
    }

    /// Found by simulation: the second request of a connection that the server had aborted made it
    /// another one, of which the client knew nothing.
    @Test func anAbortedConnectionIsNotMadeTwice() throws {
        let link = LinkProfile(latency: .milliseconds(900))
        let simulation = Simulation(seed: 1, links: link, faults: .with { $0.acceptAborts = 1 })
        let count = try simulation.run { simulation in
            let server = ConnectionManager(network: simulation.host("server"))
            let listener = try await server.listen(port: 99)
            return try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var count = 0
                    for await _ in listener.connections { count += 1 }
                    return count
                }
                let client = ConnectionManager(network: simulation.host("client"))
                let connection = try? await client.connect(to: "server", port: 99)
                simulation.faults = .none
                try await simulation.clock.sleep(for: .seconds(20))
                #expect(connection?.isOpen != true)
                await client.shutdown()
                await server.shutdown()
                return try await group.next() ?? 0
            }
        }
        #expect(count == 0)
    }

    @Test func aPartitionOnlyDelays() throws {
        let simulation = Simulation(seed: 1, links: .lan)
        try Couple.run(on: simulation) { couple in
            couple.serverHost.isolate(.both, for: .seconds(4))
            try await couple.client.send(Datagram(bytes: [1]))
            #expect(await couple.server.next()?.bytes == [1])
            let elapsed = couple.simulation.elapsed
            #expect(elapsed > .seconds(4) && elapsed < .seconds(15))
        }
    }

    @Test func ofTwoPartitionsTheLaterEndCounts() throws {
        try Couple.run { couple in
            couple.serverHost.isolate(.both, for: .seconds(8))
            couple.clientHost.isolate(.outgoing, for: .seconds(1))
            try await couple.client.send(Datagram(bytes: [1]))
            #expect(await couple.server.next()?.bytes == [1])
            #expect(couple.simulation.elapsed > .seconds(8))
        }
    }

    @Test func aCutLastsUntilItIsMended() throws {
        try Couple.run { couple in
            let (simulation, client, server) = (
                couple.simulation, couple.clientHost, couple.serverHost
            )
            simulation.setCut(true, from: client, to: server)
            client.isolate(.outgoing, for: .seconds(1))
            try await couple.client.send(Datagram(bytes: [1]))
            try await simulation.clock.sleep(for: .seconds(60))
            #expect(await couple.client.statistics.bytesWaiting == 0)
            #expect(await couple.server.statistics.bytesReceived == 0)
            simulation.setCut(false, from: client, to: server)
            #expect(await couple.server.next()?.bytes == [1])
        }
    }

    @Test func aClogOnlyDelays() throws {
        try Couple.run { couple in
            couple.simulation.clog(
                from: couple.clientHost, to: couple.serverHost, for: .seconds(3))
            try await couple.client.send(Datagram(bytes: [1]))
            #expect(await couple.server.next()?.bytes == [1])
            #expect(couple.simulation.elapsed == .seconds(3))
        }
    }

    @Test func aHostThatHasStartedAgainAnswersWithAReset() throws {
        try Couple.run { couple in
            couple.serverHost.crash(for: .seconds(1))
            try await couple.simulation.clock.sleep(for: .seconds(2))
            #expect(couple.client.isOpen)
            try await couple.client.send(Datagram(bytes: [1]))
            #expect(await couple.client.terminated() == .reset)
        }
    }
}
