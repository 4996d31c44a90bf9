import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets
import ParleyZones
import TestNetworks
import Testing

/// Links between servers that show certificates.
@Suite(.timeLimit(.minutes(5))) struct PeerSecurityTests {
    /// The world server and the zone north, with certificates of one authority.
    private func withRealm(
        seed: UInt64,
        _ body:
            @escaping @Sendable (Simulation, RealmAuthority, PeerNode, PeerNode) async throws ->
            Void
    ) throws {
        try Simulation(seed: seed, links: .lan).run { simulation in
            let authority = try RealmAuthority()
            let world = simulation.node(
                PeerRealm.world, credentials: try authority.issue("world:0"))
            let north = simulation.node(
                PeerRealm.north, credentials: try authority.issue("zone:north"))
            try await simulation.running([world, north]) {
                try await body(simulation, authority, world, north)
            }
        }
    }

    private static func expectLink(
        _ simulation: Simulation, _ world: PeerNode, _ north: PeerNode
    ) async throws {
        try await north.sendOverNewLink(PeerRealm.toWorld(1), to: PeerRealm.world, in: simulation)
        #expect(await world.next()?.message == PeerRealm.toWorld(1))
        world.send(PeerRealm.fromWorld(2), to: PeerRealm.north)
        #expect(await north.next()?.message == PeerRealm.fromWorld(2))
    }

    @Test func messagesGoBothWays() throws {
        try withRealm(seed: 1) { simulation, _, world, north in
            try await Self.expectLink(simulation, world, north)
            let seal = PeerRealm.checkpoint(bytes: PeerMessageTable.sealLimit)
            north.send(seal, to: PeerRealm.world)
            #expect(await world.next()?.message == seal)
            #expect(world.statistics.all == [1, 1, 2, 0, 0, 0])
        }
    }

    /// A zone's key does not make anyone another server.
    @Test(arguments: ["zone:north", "supervisor", "world:1", "world:00", "someone"])
    func aHelloMustSayWhatTheCertificateSays(certificate: String) throws {
        try withRealm(seed: 2) { simulation, authority, world, north in
            let peer = try await RawPeer(
                simulation.host("stranger"), to: "world", with: authority.issue(certificate))
            try await peer.sayHello(PeerRealm.east)
            let event = await world.event { if case .unlinked = $0 { true } else { false } }
            #expect(event == .unlinked(nil, .otherCertificate(certificate)))
            #expect(await peer.connection.terminated() != nil)
            #expect(world.statistics.all == [0, 0, 0, 0, 0, 1])
            try await Self.expectLink(simulation, world, north)
        }
    }

    @Test func aServerMustHaveItsOwnCertificate() throws {
        try Simulation(seed: 3).run { simulation in
            let node = simulation.node(
                PeerRealm.north, credentials: try RealmAuthority().issue("zone:east"))
            let error = await #expect(throws: PeerCredentialsError.self) { try await node.run() }
            #expect(error?.name == PeerRealm.north && error?.certificate == "zone:east")
            await #expect(throws: PeerCredentialsError.self) { try await node.ready() }
        }
    }

    /// A server of another realm is not let in, and is sent nothing.
    @Test func anotherAuthorityIsRefusedAtBothEnds() throws {
        try withRealm(seed: 4) { simulation, _, world, north in
            let east = simulation.node(
                PeerRealm.east, credentials: try RealmAuthority().issue("zone:east"))
            try await simulation.running([east]) {
                east.send(PeerRealm.toWorld(1, from: PeerRealm.east), to: PeerRealm.world)
                north.send(PeerRealm.toZone(1), to: PeerRealm.east)
                for node in [east, north] {
                    let event = await node.event {
                        if case .unreachable = $0 { true } else { false }
                    }
                    guard case .unreachable(_, .security(let failure))? = event else {
                        Issue.record("\(String(describing: event))")
                        continue
                    }
                    #expect(failure.tls == .certificate(.untrusted))
                }
                try await simulation.until { world.statistics.failedHandshakes > 0 }
                try await simulation.until { east.statistics.failedHandshakes > 0 }
                #expect(world.statistics.all == [0, 0, 0, 0, 0, 0])
            }
            try await Self.expectLink(simulation, world, north)
        }
    }

    /// Neither a peer without TLS nor one without a certificate says hello.
    @Test func plainPeersFailInTheHandshake() throws {
        try withRealm(seed: 5) { simulation, _, world, north in
            let plain = try await RawPeer(simulation.host("stranger"), to: "world")
            try await plain.sayHello(PeerRealm.east)
            #expect(await plain.connection.terminated() != nil)
            let player = try? await ConnectionManager(network: simulation.host("stranger"))
                .connect(to: "world", port: 7000, security: .tls(.system))
            #expect(player == nil)
            try await simulation.until { world.statistics.failedHandshakes == 2 }
            // And a server of the realm does not speak to one without TLS.
            let east = simulation.node(PeerRealm.east)
            try await simulation.running([east]) {
                north.send(PeerRealm.toZone(1), to: PeerRealm.east)
                let event = await north.event { if case .unreachable = $0 { true } else { false } }
                #expect(event != nil)
                #expect(east.statistics.links == 0 && east.statistics.received == 0)
            }
            try await Self.expectLink(simulation, world, north)
        }
    }

    /// The date is that of each machine, and is asked when a link begins.
    @Test func anExpiredCertificateMakesNoLink() throws {
        try Simulation(seed: 6).run { simulation in
            let authority = try RealmAuthority()
            // 2030-01-02, a day after simulations begin.
            let end: Int64 = 1_893_456_000 + 86_400
            let world = simulation.node(
                PeerRealm.world, credentials: try authority.issue("world:0"))
            let north = simulation.node(
                PeerRealm.north, credentials: try authority.issue("zone:north", until: end))
            try await simulation.running([world, north]) {
                try await Self.expectLink(simulation, world, north)
                simulation.host("world").moveDate(by: .seconds(2 * 86_400))
                // What is linked stays.
                north.send(PeerRealm.toWorld(3), to: PeerRealm.world)
                #expect(await world.next()?.message == PeerRealm.toWorld(3))
                simulation.host("north").resetConnections()
                try await simulation.until { world.statistics.failedHandshakes > 1 }
                #expect(world.statistics.links == 0)
                simulation.host("world").moveDate(by: .seconds(-2 * 86_400))
                try await simulation.until {
                    north.statistics.links > 0 && world.statistics.links > 0
                }
            }
        }
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        func hash() throws -> UInt64 {
            let simulation = Simulation(seed: 7, links: .lte)
            try simulation.run { simulation in
                let authority = try RealmAuthority()
                let nodes = try [PeerRealm.world, PeerRealm.north, PeerRealm.east].map {
                    simulation.node($0, credentials: try authority.issue("\($0)"))
                }
                try await simulation.running(nodes) {
                    for number in 1...UInt64(50) {
                        nodes[1].send(PeerRealm.toWorld(number), to: PeerRealm.world)
                        nodes[1].send(PeerRealm.toZone(number), to: PeerRealm.east)
                        nodes[0].send(PeerRealm.fromWorld(number), to: PeerRealm.east)
                        if number == 25 { simulation.host("east").resetConnections() }
                        try await simulation.clock.sleep(for: .milliseconds(37))
                    }
                }
            }
            return simulation.traceHash
        }
        #expect(try hash() == hash())
    }

    /// The same over the machine's own network, with files.
    @Test func serversAreLinkedOverLoopback() async throws {
        let folder = try Folder()
        let authority = try RealmAuthority(keptIn: folder.path("authority.pem"))
        for name in ["world:0", "zone:north"] {
            try authority.issue(name).write(to: folder.path("\(name).pem"))
        }
        func node(_ name: PeerName, _ place: PeerPlace, port: UInt16?) throws -> PeerNode {
            let credentials = try RealmCredentials(file: folder.path("\(name).pem"))
            // A busy machine may take its time.
            var limits = PeerLimits()
            limits.connectTimeout = .seconds(60)
            limits.helloTimeout = .seconds(60)
            limits.silence = .seconds(60)
            var configuration = PeerNodeConfiguration(
                name, places: [place], host: "127.0.0.1", port: port, security: .realm(credentials))
            configuration.limits = limits
            return PeerNode(configuration, network: SystemNetwork())
        }
        // Port 1 is never dialled: the world server answers over the link that the zone has dialled.
        let world = try node(
            PeerRealm.world, PeerPlace(PeerRealm.north, host: "127.0.0.1", port: 1), port: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            let place = PeerPlace(PeerRealm.world, host: "127.0.0.1", port: try await world.ready())
            let north = try node(PeerRealm.north, place, port: nil)
            group.addTask { try await north.run() }
            north.send(PeerRealm.toWorld(1), to: PeerRealm.world)
            _ = await north.event { $0 == .linked(PeerRealm.world) }
            north.send(PeerRealm.toWorld(2), to: PeerRealm.world)
            #expect(await world.next()?.message == PeerRealm.toWorld(2))
            world.send(PeerRealm.fromWorld(3), to: PeerRealm.north)
            #expect(await north.next()?.message == PeerRealm.fromWorld(3))
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
    }
}
