import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleySockets
import Testing

@testable import ParleyZones

/// Servers of several versions side by side. All versions but the one that the program has are made up.
@Suite(.timeLimit(.minutes(5))) struct PeerVersionTests {
    /// Version 4 brings a kind of message, and version 6 another one.
    private static func versions(_ range: ClosedRange<UInt16>) -> PeerVersions {
        PeerVersions(range, added: [.empty: 4, .guide: 6])
    }

    /// What came with version 4.
    private static let news: PeerMessage = {
        guard case .zone(let north) = PeerRealm.north else { preconditionFailure("no zone") }
        return .empty(ZoneProcess(north, Incarnation(rawValue: 1)))
    }()

    // MARK: The rule

    @Test(
        arguments: [
            (3...3, 3...3, 3), (3...4, 3...3, 3), (3...3, 3...4, 3), (3...4, 3...4, 4),
            (3...4, 4...5, 4), (4...5, 3...4, 4), (3...6, 4...5, 5), (3...6, 3...3, 3),
            (3...3, 4...5, nil), (4...5, 3...3, nil), (5...6, 3...4, nil),
        ] as [(ClosedRange<UInt16>, ClosedRange<UInt16>, UInt16?)])
    func theLowerNewestIsSpoken(
        own: ClosedRange<UInt16>, peer: ClosedRange<UInt16>, expected: UInt16?
    ) {
        let hello = PeerHello(PeerRealm.east, speaking: Self.versions(peer))
        do throws(PeerVersionError) {
            #expect(try Self.versions(own).version(with: hello) == expected)
        } catch {
            #expect(expected == nil)
            #expect(error == PeerVersionError(own: own, peer: peer, agreed: nil))
        }
    }

    /// Both ends come to the same.
    @Test func theRuleHasNoSides() {
        let all = (3...6 as ClosedRange<UInt16>).flatMap { low in
            (low...6).map { Self.versions(low...$0) }
        }
        for (one, other) in all.flatMap({ one in all.map { (one, $0) } }) {
            let (ours, theirs) = (
                try? one.version(with: PeerHello(PeerRealm.east, speaking: other)),
                try? other.version(with: PeerHello(PeerRealm.north, speaking: one))
            )
            #expect(ours == theirs)
        }
    }

    /// A program that calls another table by the same number is refused.
    @Test func theTableOfTheAgreedVersionIsCompared() {
        let other = PeerHello(PeerRealm.east, speaking: PeerVersions(3...4, added: [.end: 4]))
        let error = PeerVersionError(own: 3...3, peer: 3...4, agreed: 3)
        #expect(throws: error) { try Self.versions(3...3).version(with: other) }
        #expect(
            "\(error)"
                == "this server speaks version 3 of the messages, the other one versions 3 to 4, "
                + "and they differ in version 3")
        // Another table of a version that is not spoken does not matter.
        var newer = PeerHello(PeerRealm.east, speaking: Self.versions(3...4))
        newer.tables[1] = 1
        #expect((try? Self.versions(3...3).version(with: newer)) == 3)
    }

    // MARK: Links

    /// World server, then zone, go from version 3 to 4 and back, one after the other: there is always a link, and what
    /// came with 4 is sent only where both have it.
    @Test func versionsRollForthAndBack() throws {
        let old = Self.versions(3...3)
        let new = Self.versions(3...4)
        for (ours, theirs, version) in [
            (old, old, 3), (new, old, 3), (new, new, 4), (old, new, 3), (old, old, 3),
        ] as [(PeerVersions, PeerVersions, UInt16)] {
            try Simulation(seed: 1, links: .lan).run { simulation in
                let world = simulation.node(PeerRealm.world, versions: ours)
                let north = simulation.node(PeerRealm.north, versions: theirs)
                try await simulation.running([world, north]) {
                    try await north.sendOverNewLink(
                        PeerRealm.toWorld(1), to: PeerRealm.world, in: simulation)
                    #expect(await world.next()?.message == PeerRealm.toWorld(1))
                    #expect(world.version(with: PeerRealm.north) == version)
                    #expect(north.version(with: PeerRealm.world) == version)
                    world.send(Self.news, to: PeerRealm.north)
                    world.send(PeerRealm.fromWorld(2), to: PeerRealm.north)
                    if version == 4 { #expect(await north.next()?.message == Self.news) }
                    #expect(await north.next()?.message == PeerRealm.fromWorld(2))
                    #expect(world.statistics.unsendable == (version == 4 ? 0 : 1))
                    #expect(world.statistics.refused == 0 && north.statistics.refused == 0)
                }
            }
        }
    }

    /// Both ends name both versions, for events and for logs, and go on trying.
    @Test func versionsTooFarApartAreRefused() throws {
        try Simulation(seed: 2, links: .lan).run { simulation in
            let world = simulation.node(PeerRealm.world, versions: Self.versions(5...6))
            let north = simulation.node(PeerRealm.north, versions: Self.versions(3...4))
            try await simulation.running([world, north]) {
                north.send(PeerRealm.toWorld(1), to: PeerRealm.world)
                let ours = PeerVersionError(own: 5...6, peer: 3...4, agreed: nil)
                let theirs = PeerVersionError(own: 3...4, peer: 5...6, agreed: nil)
                #expect(
                    await world.event { $0 == .unlinked(nil, .otherVersion(ours)) } != nil)
                #expect(
                    await north.event { $0 == .unlinked(PeerRealm.world, .otherVersion(theirs)) }
                        != nil)
                try await simulation.until { world.statistics.otherVersions > 2 }
                #expect(world.statistics.links == 0 && north.statistics.links == 0)
                #expect(north.version(with: PeerRealm.world) == nil)
                let words = world.statistics.refusals.map(\.text)
                #expect(
                    words.last
                        == "links of servers of another version were refused: this server speaks "
                        + "versions 5 to 6 of the messages, the other one versions 3 to 4")
            }
        }
    }

    /// A peer that agreed to version 3 sends what came with version 4.
    @Test func aMessageOfALaterVersionEndsTheLink() throws {
        try Simulation(seed: 3, links: .lan).run { simulation in
            let north = simulation.node(PeerRealm.north, versions: Self.versions(3...4))
            try await simulation.running([north]) {
                let peer = try await RawPeer(simulation.host("world"), to: "north")
                try await peer.send(
                    .hello(PeerHello(PeerRealm.world, speaking: Self.versions(3...3))))
                try await peer.send(PeerRealm.fromWorld(1))
                #expect(await north.next()?.message == PeerRealm.fromWorld(1))
                try await peer.send(Self.news)
                let event = await north.event { if case .unlinked = $0 { true } else { false } }
                #expect(
                    event
                        == .unlinked(
                            PeerRealm.world,
                            .violation(
                                .invalidValue(
                                    expected: "a message of version 3", found: "empty", offset: 0)))
                )
            }
        }
    }

    /// A peer may not change its versions on a link.
    @Test func anotherHelloLaterEndsTheLink() throws {
        try Simulation(seed: 4, links: .lan).run { simulation in
            let north = simulation.node(PeerRealm.north, versions: Self.versions(3...4))
            try await simulation.running([north]) {
                let peer = try await RawPeer(simulation.host("world"), to: "north")
                for range in [3...3, 3...3, 3...4] as [ClosedRange<UInt16>] {
                    try await peer.send(
                        .hello(PeerHello(PeerRealm.world, speaking: Self.versions(range))))
                }
                let event = await north.event { if case .unlinked = $0 { true } else { false } }
                guard case .unlinked(PeerRealm.world, .violation(.invalidValue))? = event else {
                    Issue.record("\(event as Any)")
                    return
                }
            }
        }
    }
}
