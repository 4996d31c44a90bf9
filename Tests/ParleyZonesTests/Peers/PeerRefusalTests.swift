import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyZones
import Testing

/// Peers that break a rule: each loses its link, and costs the others nothing.
@Suite(.timeLimit(.minutes(5))) struct PeerRefusalTests {
    /// What a peer does, and how its link has to end.
    struct Offence: CustomStringConvertible, Sendable {
        let description: String
        let act: @Sendable (RawPeer) async throws -> Void
        let isRight: @Sendable (PeerLinkEnding) -> Bool

        init(
            _ description: String, _ act: @escaping @Sendable (RawPeer) async throws -> Void,
            ending isRight: @escaping @Sendable (PeerLinkEnding) -> Bool
        ) {
            (self.description, self.act, self.isRight) = (description, act, isRight)
        }
    }

    static let offences = [
        Offence("an unknown zone") {
            try await $0.sayHello(PeerRealm.zone("west"))
        } ending: {
            $0 == .unknown(PeerRealm.zone("west"))
        },
        Offence("the server's own name") {
            try await $0.sayHello(PeerRealm.world)
        } ending: {
            $0 == .unknown(PeerRealm.world)
        },
        Offence("another table") {
            try await $0.send(.hello(PeerHello(PeerRealm.east, oldest: 3, tables: [1])))
        } ending: {
            $0 == .otherVersion(PeerVersionError(own: 3...4, peer: 3...3, agreed: 3))
        },
        Offence("newer versions only") {
            try await $0.send(.hello(PeerHello(PeerRealm.east, oldest: 5, tables: [1, 2])))
        } ending: {
            $0 == .otherVersion(PeerVersionError(own: 3...4, peer: 5...6, agreed: nil))
        },
        Offence("the hello of version 2") {
            try await $0.send([1, 1, 4] + Array("east".utf8) + [8, 7, 6, 5, 4, 3, 2, 1])
        } ending: {
            if case .violation(.invalidValue(expected: "1 to 4 versions", _, _)) = $0 {
                true
            } else {
                false
            }
        },
        Offence("versions without their tables") {
            try await $0.send(
                [1, 1, 4] + Array("east".utf8) + [3, 0, 5, 0] + [UInt8](repeating: 1, count: 16))
        } ending: {
            if case .violation = $0 { true } else { false }
        },
        Offence("versions the wrong way round") {
            try await $0.send(
                [1, 1, 4] + Array("east".utf8) + [4, 0, 3, 0] + [UInt8](repeating: 1, count: 8))
        } ending: {
            if case .violation(.invalidValue(expected: "1 to 4 versions", "4 to 3", _)) = $0 {
                true
            } else {
                false
            }
        },
        Offence("65,536 versions") {
            try await $0.send(
                [1, 1, 4] + Array("east".utf8) + [0, 0, 255, 255] + [UInt8](repeating: 1, count: 64)
            )
        } ending: {
            if case .violation(.invalidValue(expected: "1 to 4 versions", _, _)) = $0 {
                true
            } else {
                false
            }
        },
        Offence("no hello first") {
            try await $0.send(PeerRealm.toWorld(1))
        } ending: {
            if case .violation(.invalidValue(expected: "a hello", found: "beat", offset: 0)) = $0 {
                true
            } else {
                false
            }
        },
        Offence("a long hello") {
            try await $0.send([1] + [UInt8](repeating: 0, count: 96))
        } ending: {
            $0 == .violation(.limitExceeded(what: "hello", limit: 96, offset: 0))
        },
        Offence("garbage first") {
            try await $0.send([0xFF, 0xFF, 0xFF])
        } ending: {
            if case .violation = $0 { true } else { false }
        },
        Offence("nothing") { _ in
        } ending: {
            $0 == .noHello
        },
        Offence("100 MB announced") {
            try await $0.send([1, 2, 3], announcing: 100_000_000)
        } ending: {
            if case .closed(.protocolViolation) = $0 { true } else { false }
        },
        Offence("a message that its role may not send") {
            try await $0.sayHello(PeerRealm.east)
            try await $0.send(PeerRealm.fromWorld(1))
        } ending: {
            if case .violation(.invalidValue) = $0 { true } else { false }
        },
        Offence("garbage later") {
            try await $0.sayHello(PeerRealm.east)
            try await $0.send([17, 1, 2, 3])
        } ending: {
            if case .violation = $0 { true } else { false }
        },
        Offence("an empty message") {
            try await $0.sayHello(PeerRealm.east)
            try await $0.send([])
        } ending: {
            if case .violation = $0 { true } else { false }
        },
        Offence("a message beyond its kind's limit") {
            try await $0.sayHello(PeerRealm.east)
            try await $0.send([17] + [UInt8](repeating: 0, count: 64))
        } ending: {
            $0 == .violation(.limitExceeded(what: "beat", limit: 64, offset: 0))
        },
        Offence("a second name") {
            try await $0.sayHello(PeerRealm.east)
            try await $0.sayHello(PeerRealm.north)
        } ending: {
            if case .violation = $0 { true } else { false }
        },
    ]

    @Test(arguments: offences) func itLosesItsLink(_ offence: Offence) throws {
        try Simulation(seed: 1, links: .lan).run { simulation in
            let (world, north) = (
                simulation.node(PeerRealm.world), simulation.node(PeerRealm.north)
            )
            try await simulation.running([world, north]) {
                try await north.sendOverNewLink(
                    PeerRealm.toWorld(1), to: PeerRealm.world, in: simulation)
                _ = await world.next()
                let peer = try await RawPeer(simulation.host("stranger"), to: "world")
                try await offence.act(peer)
                let event = await world.event { if case .unlinked = $0 { true } else { false } }
                guard case .unlinked(_, let ending)? = event else {
                    Issue.record("no end was reported")
                    return
                }
                #expect(offence.isRight(ending), "\(ending)")
                _ = await peer.connection.terminated()
                #expect(
                    world.statistics.all == [1, 0, 1, 0, 0, 1])
                north.send(PeerRealm.toWorld(2), to: PeerRealm.world)
                #expect(await world.next()?.message == PeerRealm.toWorld(2))
            }
        }
    }

    /// A server that is reached at another one's place gets no message.
    @Test func anotherServerAtAPlaceIsRefused() throws {
        try Simulation(seed: 2).run { simulation in
            let north = simulation.node(
                PeerRealm.north,
                places: [
                    PeerPlace(PeerRealm.world, host: "east", port: 7000),
                    PeerPlace(PeerRealm.east, host: "east", port: 7000),
                ])
            let east = simulation.node(PeerRealm.east)
            try await simulation.running([north, east]) {
                north.send(PeerRealm.toWorld(1), to: PeerRealm.world)
                #expect(
                    await north.event { if case .unlinked = $0 { true } else { false } }
                        == .unlinked(PeerRealm.world, .unexpected(PeerRealm.east)))
                #expect(north.statistics.links == 0 && north.statistics.refused == 1)
                try await north.sendOverNewLink(
                    PeerRealm.toZone(3), to: PeerRealm.east, in: simulation)
                #expect(await east.next()?.message == PeerRealm.toZone(3))
            }
        }
    }

    /// Connections that say nothing make room for none: there are so many at most, for a second.
    @Test func unnamedConnectionsAreBounded() throws {
        try Simulation(seed: 3).run { simulation in
            var limits = PeerLimits()
            limits.unnamedConnections = 4
            let world = simulation.node(PeerRealm.world, limits: limits)
            try await simulation.running([world]) {
                var peers: [RawPeer] = []
                for _ in 0..<50 {
                    peers.append(try await RawPeer(simulation.host("stranger"), to: "world"))
                }
                try await simulation.clock.sleep(for: .milliseconds(1_500))
                #expect(peers.allSatisfy { !$0.connection.isOpen })
                #expect(world.statistics.refused == 10)
                let north = try await RawPeer(simulation.host("north"), to: "world")
                try await north.sayHello(PeerRealm.north)
                try await north.send(PeerRealm.toWorld(1))
                #expect(await world.next()?.message == PeerRealm.toWorld(1))
            }
        }
    }

    @Test func randomBytesNeverTrap() throws {
        try Simulation(seed: 4).run { simulation in
            let world = simulation.node(PeerRealm.world)
            try await simulation.running([world]) {
                var random = SeededGenerator(seed: 1)
                for number in 0..<200 {
                    let peer = try await RawPeer(simulation.host("stranger"), to: "world")
                    if number % 2 == 0 { try await peer.sayHello(PeerRealm.north) }
                    let bytes = (0..<Int(random.next() % 300)).map { _ in
                        UInt8(truncatingIfNeeded: random.next())
                    }
                    try await peer.send(bytes)
                    _ = await peer.connection.terminated()
                }
                #expect(world.statistics.refused == 200)
                #expect(world.statistics.links == 0)
            }
        }
    }
}
