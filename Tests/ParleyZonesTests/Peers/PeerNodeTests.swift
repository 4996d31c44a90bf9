import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyZones
import Testing

/// Links between servers that keep the rules.
@Suite(.timeLimit(.minutes(5))) struct PeerNodeTests {
    @Test func messagesGoBothWaysOverOneConnection() throws {
        try Simulation(seed: 1).run { simulation in
            let (world, north) = (
                simulation.node(PeerRealm.world), simulation.node(PeerRealm.north)
            )
            try await simulation.running([world, north]) {
                try await north.sendOverNewLink(
                    PeerRealm.toWorld(41), to: PeerRealm.world, in: simulation)
                let asked = await world.next()
                #expect(asked?.sender == PeerRealm.north)
                #expect(asked?.message == PeerRealm.toWorld(41))
                world.send(PeerRealm.fromWorld(7), to: PeerRealm.north)
                let answered = await north.next()
                #expect(answered?.sender == PeerRealm.world)
                #expect(answered?.message == PeerRealm.fromWorld(7))
                #expect(
                    north.statistics.all == [1, 1, 1, 1, 0, 0])
                #expect(world.statistics.all == [1, 1, 1, 0, 0, 0])
            }
            // Nothing is left open.
            #expect(simulation.openSockets == 0)
            #expect(await north.next() == nil)
        }
    }

    /// A world server dials zones as well; a supervisor only dials.
    @Test func everyRoleDials() throws {
        try Simulation(seed: 2).run { simulation in
            let (world, north) = (
                simulation.node(PeerRealm.world), simulation.node(PeerRealm.north)
            )
            let supervisor = PeerNode(
                PeerNodeConfiguration(.supervisor, places: PeerRealm.places),
                network: simulation.host("world"))
            let places = PeerRealm.places + [PeerPlace(.supervisor, host: "world", port: 1)]
            let other = simulation.node(.world(1), places: places)
            try await simulation.running([world, north, supervisor]) {
                #expect(try await supervisor.ready() == 0)
                try await world.sendOverNewLink(
                    PeerRealm.fromWorld(1), to: PeerRealm.north, in: simulation)
                #expect(await north.next()?.sender == PeerRealm.world)
            }
            try await simulation.running([other]) {
                let place = PeerPlace(.world(1), host: "world:1", port: 7000)
                let supervisor = PeerNode(
                    PeerNodeConfiguration(.supervisor, places: [place]),
                    network: simulation.host("world"))
                try await simulation.running([supervisor]) {
                    let died = PeerMessage.died(
                        ZoneProcess(try #require(ZoneName("north")), Incarnation(rawValue: 3)))
                    try await supervisor.sendOverNewLink(died, to: .world(1), in: simulation)
                    #expect(await other.next()?.message == died)
                }
            }
        }
    }

    /// A handoff waits for each of its messages, so nothing may hold one back.
    @Test func aMessageLeavesInTheTurnThatSentIt() throws {
        let links = LinkProfile(latency: .milliseconds(5))
        try Simulation(seed: 3, links: links).run { simulation in
            let (north, east) = (simulation.node(PeerRealm.north), simulation.node(PeerRealm.east))
            try await simulation.running([north, east]) {
                try await north.sendOverNewLink(
                    PeerRealm.toZone(0), to: PeerRealm.east, in: simulation)
                _ = await east.next()
                for number in 1...UInt64(20) {
                    let start = simulation.elapsed
                    north.send(PeerRealm.toZone(number), to: PeerRealm.east)
                    #expect(await east.next()?.message == PeerRealm.toZone(number))
                    #expect(simulation.elapsed - start == .milliseconds(5))
                }
            }
        }
    }

    /// A sealed player of the greatest size is one message.
    @Test func theLongestMessageFits() throws {
        try Simulation(seed: 4, links: .lan).run { simulation in
            let (world, north) = (
                simulation.node(PeerRealm.world), simulation.node(PeerRealm.north)
            )
            try await simulation.running([world, north]) {
                let seal = PeerRealm.checkpoint(bytes: PeerMessageTable.sealLimit)
                try await north.sendOverNewLink(seal, to: PeerRealm.world, in: simulation)
                #expect(await world.next()?.message == seal)
                let longer = PeerRealm.checkpoint(bytes: PeerMessageTable.sealLimit + 1_000)
                north.send(longer, to: PeerRealm.world)
                north.send(PeerRealm.fromWorld(1), to: PeerRealm.world)
                #expect(north.statistics.unsendable == 2)
                #expect(north.statistics.links == 1)
            }
        }
    }

    /// If both ends dial at the same time, no end closes what the other one has chosen.
    @Test(arguments: 10..<30 as Range<UInt64>)
    func bothEndsMayDialAtOnce(seed: UInt64) throws {
        try Simulation(seed: seed, links: .lan).run { simulation in
            let (north, east) = (simulation.node(PeerRealm.north), simulation.node(PeerRealm.east))
            try await simulation.running([north, east]) {
                north.send(PeerRealm.toZone(0), to: PeerRealm.east)
                east.send(PeerRealm.toZone(0), to: PeerRealm.north)
                try await simulation.until {
                    north.statistics.links > 0 && east.statistics.links > 0
                }
                for number in 1...UInt64(50) {
                    north.send(PeerRealm.toZone(number), to: PeerRealm.east)
                    east.send(PeerRealm.toZone(number), to: PeerRealm.north)
                    try await simulation.clock.sleep(for: .milliseconds(100))
                }
                #expect(north.statistics.dropped == 1 && east.statistics.dropped == 1)
                #expect(north.statistics.received == 50 && east.statistics.received == 50)
                #expect(north.statistics.links <= 2)
            }
        }
    }

    @Test func aPortInUseIsReported() throws {
        try Simulation(seed: 5).run { simulation in
            let node = simulation.node(PeerRealm.north)
            let second = simulation.node(PeerRealm.north)
            try await simulation.running([node]) {
                await #expect(throws: OpenError.self) { try await second.run() }
                await #expect(throws: OpenError.self) { try await second.ready() }
            }
        }
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        func hash() throws -> UInt64 {
            let simulation = Simulation(seed: 6, links: .lte)
            try simulation.run { simulation in
                let nodes = [PeerRealm.world, PeerRealm.north, PeerRealm.east].map {
                    simulation.node($0)
                }
                try await simulation.running(nodes) {
                    for number in 1...UInt64(100) {
                        nodes[1].send(PeerRealm.toWorld(number), to: PeerRealm.world)
                        nodes[1].send(PeerRealm.toZone(number), to: PeerRealm.east)
                        nodes[2].send(PeerRealm.toZone(number), to: PeerRealm.north)
                        nodes[0].send(PeerRealm.fromWorld(number), to: PeerRealm.east)
                        if number == 50 { simulation.host("east").resetConnections() }
                        try await simulation.clock.sleep(for: .milliseconds(37))
                    }
                }
            }
            return simulation.traceHash
        }
        #expect(try hash() == hash())
    }

    @Test func namesAreTexts() throws {
        for name in [PeerRealm.world, .world(65_535), PeerRealm.north, .supervisor] {
            #expect(PeerName("\(name)") == name)
        }
        for text in [
            "", "world", "world:", "world:01", "world:+1", "world:65536", "zone:", "zone:North",
            "zone:a:b", "supervisor:", "supervisor:1", "north",
        ] {
            #expect(PeerName(text) == nil, "\(text)")
        }
        #expect(
            [.supervisor, PeerRealm.north, .world(10), .world(9), PeerRealm.east].sorted()
                == [.world(9), .world(10), PeerRealm.east, PeerRealm.north, .supervisor])
    }
}
