import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import Testing

@testable import ParleyZones

/// What all servers of a realm have to have in common.
@Suite(.timeLimit(.minutes(5))) struct RealmTermsTests {
    private static let keys = RealmKeys()

    private static func terms(
        lease: Int = 5, zones: [String] = ["north", "east"], game: String = "ice",
        keys: RealmKeys = keys
    ) throws -> RealmTerms {
        let areas = zones.enumerated().map { index, name in
            MapZone(name, .box([Double(index), 0], [Double(index + 1), 1]))
        }
        var realm = RealmConfiguration(game: game, map: try ZoneMap(areas))
        realm.lease = .seconds(lease)
        return RealmTerms(realm, keys: keys)
    }

    private static func differences(
        _ own: RealmTerms, _ peer: RealmTerms, of role: PeerRole = .zone
    ) throws -> [PeerDifference] {
        own.differences(from: try #require(peer.peerTerms), of: role)
    }

    @Test func whatDiffersIsFound() throws {
        let own = try Self.terms()
        #expect(try Self.differences(own, try Self.terms()) == [])
        #expect(try Self.differences(own, try Self.terms(keys: RealmKeys())) == [.keys])
        #expect(try Self.differences(own, try Self.terms(zones: ["east", "north"])) == [.map])
        #expect(try Self.differences(own, try Self.terms(zones: ["north"])) == [.map])
        #expect(try Self.differences(own, try Self.terms(game: "fire")) == [.map])
        #expect(
            try Self.differences(own, try Self.terms(lease: 45))
                == [.lease(own: .seconds(5), peer: .seconds(45))])
        let other = try Self.terms(lease: 9, game: "fire", keys: RealmKeys())
        #expect(try Self.differences(own, other).count == 3)
        // An operator's program uses neither lease nor map.
        #expect(try Self.differences(own, other, of: .supervisor) == [.keys])
    }

    /// A proof of another key, or none at all, proves nothing.
    @Test func aProofIsNotGuessed() throws {
        let own = try Self.terms()
        var peer = try #require(try Self.terms().peerTerms)
        for proof in [Datagram(), Datagram(bytes: [UInt8](repeating: 1, count: 32))] {
            peer.proof = proof
            #expect(own.differences(from: peer, of: .zone) == [.keys])
        }
    }

    /// Both ends of a link.
    private struct Ends: Sendable {
        var links: [Int]
        var words: [[String]]
    }

    private static func link(
        world: RealmTerms?, zone: RealmTerms?, versions: PeerVersions = .current
    ) throws -> Ends {
        try Simulation(seed: 1, links: .lan).run { simulation in
            let nodes = [(PeerRealm.world, world), (PeerRealm.north, zone)].map { name, terms in
                var configuration = PeerNodeConfiguration(
                    name, places: PeerRealm.places, port: 7000, terms: terms)
                if name == PeerRealm.north { configuration.versions = versions }
                return PeerNode(configuration, network: simulation.peerHost(name))
            }
            return try await simulation.running(nodes) {
                nodes[1].send(PeerRealm.toWorld(1), to: PeerRealm.world)
                try await simulation.clock.sleep(for: .seconds(3))
                let counts = nodes.map(\.statistics)
                return Ends(
                    links: counts.map(\.links), words: counts.map { $0.differences.sorted() })
            }
        }
    }

    /// A zone that acts for longer than its world server waits would act beside its next process.
    @Test func aZoneOfALongerLeaseIsRefused() throws {
        let ends = try Self.link(world: try Self.terms(lease: 5), zone: try Self.terms(lease: 45))
        #expect(ends.links == [0, 0])
        #expect(
            ends.words == [
                [
                    "zone:north has a lease of 45.0 seconds, and this server one of 5.0 seconds: "
                        + "give both the same"
                ],
                [
                    "world:0 has a lease of 5.0 seconds, and this server one of 45.0 seconds: "
                        + "give both the same"
                ],
            ])
    }

    /// What harms nobody at once is said, and the link stands: a realm is changed server by server.
    @Test func otherTermsAreSaid() throws {
        let longer = try Self.link(world: try Self.terms(lease: 45), zone: try Self.terms())
        #expect(longer.links == [1, 1] && longer.words.map(\.count) == [1, 1])
        let keys = try Self.link(world: try Self.terms(), zone: try Self.terms(keys: RealmKeys()))
        #expect(keys.links == [1, 1])
        #expect(
            keys.words == [
                ["zone:north has another key than this server: give both the same file of keys"],
                ["world:0 has another key than this server: give both the same file of keys"],
            ])
        let equal = try Self.link(world: try Self.terms(), zone: try Self.terms())
        #expect(equal.links == [1, 1] && equal.words == [[], []])
    }

    /// A server of before says nothing of it, and is not asked.
    @Test func aServerOfBeforeHasALink() throws {
        let ends = try Self.link(
            world: try Self.terms(), zone: try Self.terms(lease: 45),
            versions: PeerVersions(3...3, added: [.terms: 4]))
        #expect(ends.links == [1, 1] && ends.words == [[], []])
    }

    @Test func differencesFillNoMemory() {
        let table = PeerTable([PeerRealm.north])
        for seconds in 0..<1_000 {
            table.note([.lease(own: .seconds(5), peer: .seconds(seconds))], of: PeerRealm.north)
        }
        #expect(table.statistics.differences.count == 256)
    }
}
