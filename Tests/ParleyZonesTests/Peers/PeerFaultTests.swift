import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyZones
import Testing

/// Links that are lost, and peers that are slow.
@Suite(.timeLimit(.minutes(5))) struct PeerFaultTests {
    /// A process that crashed and came back is linked again, in either direction.
    @Test(arguments: [false, true]) func aCrashedPeerIsLinkedAgain(peerDials: Bool) throws {
        try Simulation(seed: 1, links: .lan).run { simulation in
            let north = simulation.node(PeerRealm.north)
            try await simulation.running([north]) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await simulation.host("east").keepRunning {
                            let east = simulation.node(PeerRealm.east)
                            try await withThrowingTaskGroup(of: Void.self) { program in
                                program.addTask { try await east.run() }
                                for number in 1...UInt64.max {
                                    if peerDials {
                                        east.send(PeerRealm.toZone(number), to: PeerRealm.north)
                                    }
                                    try await simulation.host("east").clock.sleep(
                                        for: .milliseconds(20))
                                }
                            }
                        }
                    }
                    try await Self.expectMessages(of: north, peerDials: peerDials, in: simulation)
                    simulation.host("east").crash(for: .seconds(2))
                    try await Self.expectMessages(of: north, peerDials: peerDials, in: simulation)
                    group.cancelAll()
                }
            }
        }
    }

    private static func expectMessages(
        of north: PeerNode, peerDials: Bool, in simulation: Simulation
    ) async throws {
        let start = simulation.elapsed
        let counts = north.statistics
        try await simulation.until {
            if !peerDials { north.send(PeerRealm.toZone(1), to: PeerRealm.east) }
            let now = north.statistics
            return simulation.elapsed - start > .seconds(4)
                && (peerDials ? now.received > counts.received : now.sent > counts.sent)
                && now.links > 0
        }
        // The outage, a backoff of at most a second, and connecting.
        #expect(simulation.elapsed - start < .seconds(6))
    }

    @Test func aCutIsNoticedAndMended() throws {
        try Simulation(seed: 2, links: .lan).run { simulation in
            let (world, north) = (
                simulation.node(PeerRealm.world), simulation.node(PeerRealm.north)
            )
            let hosts = (simulation.host("world"), simulation.host("north"))
            try await simulation.running([world, north]) {
                try await north.sendOverNewLink(
                    PeerRealm.toWorld(1), to: PeerRealm.world, in: simulation)
                _ = await world.next()
                // Silence alone ends no link: each end repeats its hello.
                try await simulation.clock.sleep(for: .seconds(60))
                #expect(north.statistics.links == 1 && world.statistics.links == 1)
                simulation.setCut(true, from: hosts.0, to: hosts.1)
                simulation.setCut(true, from: hosts.1, to: hosts.0)
                try await simulation.clock.sleep(for: .milliseconds(4_100))
                #expect(north.statistics.links == 0 && world.statistics.links == 0)
                simulation.setCut(false, from: hosts.0, to: hosts.1)
                simulation.setCut(false, from: hosts.1, to: hosts.0)
                // The zone dials again without being asked, because it has sent before.
                try await simulation.clock.sleep(for: .milliseconds(2_500))
                north.send(PeerRealm.toWorld(2), to: PeerRealm.world)
                #expect(await world.next()?.message == PeerRealm.toWorld(2))
            }
        }
    }

    @Test func anUnreachablePeerIsDialledOnceASecond() throws {
        try Simulation(seed: 3).run { simulation in
            let north = simulation.node(PeerRealm.north)
            _ = simulation.host("east")
            try await simulation.running([north]) {
                north.send(PeerRealm.toZone(1), to: PeerRealm.east)
                var times: [Duration] = []
                for await event in north.events {
                    guard case .unreachable(PeerRealm.east, let error) = event else { continue }
                    #expect(error.isRefused)
                    times.append(simulation.elapsed)
                    if times.count == 9 { break }
                }
                let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
                let milliseconds = [50, 100, 200, 400, 800, 1_000, 1_000, 1_000]
                #expect(pauses == milliseconds.map { .milliseconds($0) })
                #expect(north.statistics.all == [0, 0, 0, 1, 0, 0])
            }
        }
    }

    /// A peer that came back before its old connection was missed is heard at once.
    @Test func aNewerLinkReplacesAnOlderOne() throws {
        try Simulation(seed: 4).run { simulation in
            let world = simulation.node(PeerRealm.world)
            try await simulation.running([world]) {
                let old = try await RawPeer(simulation.host("north"), to: "world")
                try await old.sayHello(PeerRealm.north)
                try await old.send(PeerRealm.toWorld(1))
                #expect(await world.next()?.message == PeerRealm.toWorld(1))
                let new = try await RawPeer(simulation.host("north"), to: "world")
                try await new.sayHello(PeerRealm.north)
                #expect(
                    await world.event { $0 == .unlinked(PeerRealm.north, .replaced) } != nil)
                #expect(await old.connection.terminated() != nil)
                world.send(PeerRealm.fromWorld(5), to: PeerRealm.north)
                let first = await new.connection.datagrams.first { _ in true }
                #expect(first == (try PeerMessage.hello(PeerHello(PeerRealm.world)).encoded()))
                let second = await new.connection.datagrams.first { _ in true }
                #expect(second == (try PeerRealm.fromWorld(5).encoded()))
                #expect(world.statistics.links == 1)
                #expect(world.statistics.refused == 0)
            }
        }
    }

    /// What waits on a link is bounded: beyond it messages are dropped, and the link lives.
    @Test func aLinkTakesNoMoreThanItsBound() throws {
        try Simulation(seed: 5, links: .lan).run { simulation in
            var limits = PeerLimits()
            limits.waitingBytes = 100_000
            let world = simulation.node(PeerRealm.world)
            let north = simulation.node(PeerRealm.north, limits: limits)
            try await simulation.running([world, north]) {
                try await north.sendOverNewLink(
                    PeerRealm.toWorld(1), to: PeerRealm.world, in: simulation)
                _ = await world.next()
                for _ in 0..<50 {
                    north.send(PeerRealm.checkpoint(bytes: 10_000), to: PeerRealm.world)
                }
                let counts = north.statistics
                #expect(counts.dropped > 35 && counts.sent + counts.dropped == 52)
                for _ in 0..<counts.sent - 1 {
                    #expect(await world.next()?.message == PeerRealm.checkpoint(bytes: 10_000))
                }
                #expect(north.statistics.links == 1)
            }
        }
    }

    /// A reader that is behind stops the links, and loses nothing.
    @Test func aSlowReaderStopsTheLinks() throws {
        try Simulation(seed: 6, links: .lan).run { simulation in
            var limits = PeerLimits()
            limits.receivedBytes = 50_000
            let world = simulation.node(PeerRealm.world, limits: limits)
            let north = simulation.node(PeerRealm.north)
            try await simulation.running([world, north]) {
                try await north.sendOverNewLink(
                    PeerRealm.toWorld(0), to: PeerRealm.world, in: simulation)
                for _ in 0..<100 {
                    north.send(PeerRealm.checkpoint(bytes: 10_000), to: PeerRealm.world)
                }
                north.send(PeerRealm.toWorld(1), to: PeerRealm.world)
                try await simulation.clock.sleep(for: .seconds(1))
                #expect(world.statistics.received < 10)
                #expect(await world.next()?.message == PeerRealm.toWorld(0))
                for _ in 0..<100 {
                    #expect(await world.next()?.message == PeerRealm.checkpoint(bytes: 10_000))
                }
                #expect(await world.next()?.message == PeerRealm.toWorld(1))
                #expect(world.statistics.links == 1)
            }
        }
    }
}
