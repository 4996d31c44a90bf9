import ParleySessions
import ParleySimulation
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// UDP does not get through to one of the zones.
@Suite struct BlockedZoneTests {
    /// How a zone is reached, and what was seen on the way.
    private struct Walk: Sendable {
        var there: ClientConnectionState?
        var back: ClientConnectionState?
        var missing = 0
        var crossings = 0
    }

    /// The player crosses into the zone behind the firewall, walks in it over TCP, and back, where UDP works as before.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func udpIsBlockedAtOneZoneOnly(seed: UInt64) throws {
        let walk = try TestRealm.run(seed: seed) { realm in
            realm.blockUDP(between: "ann", and: "east")
            return try await realm.play(as: "ann") { ann in
                var walk = Walk()
                try await realm.wait(for: ann, in: "west")
                ann.command = Meadow.Command(x: 127, y: 0)
                while ann.frame()?.zone.text != "east" {
                    walk.missing += ann.frame()?.me == nil ? 1 : 0
                    try await realm.simulation.clock.sleep(for: .milliseconds(5))
                }
                try await realm.wait { (ann.frame()?.me?.position.x ?? 0) > 110 }
                walk.there = ann.zoneConnection
                ann.command = Meadow.Command(x: -127, y: 0)
                try await realm.wait(for: ann, in: "west")
                try await realm.wait { (ann.frame()?.me?.position.x ?? 100) < 90 }
                walk.back = ann.zoneConnection
                walk.crossings = ann.statistics.crossings
                return walk
            }
        }
        guard case .playingOverTCP = walk.there else {
            Issue.record("it plays behind the firewall: \(String(describing: walk.there))")
            return
        }
        #expect(walk.back == .playing)
        #expect(walk.missing == 0)
        #expect(walk.crossings == 2)
    }
}

extension TestRealm {
    /// Blocks datagrams between two hosts, both ways. TCP gets through.
    fileprivate func blockUDP(between one: String, and other: String) {
        var blocked = LinkProfile.lan
        blocked.mtu = 0
        let (one, other) = (simulation.host(one), simulation.host(other))
        simulation.setLink(from: one, to: other, blocked)
        simulation.setLink(from: other, to: one, blocked)
    }
}
