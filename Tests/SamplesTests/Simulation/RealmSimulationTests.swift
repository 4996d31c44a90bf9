import Parley
import ParleySimulation
import ParleyZones
import Testing

@testable import RealmSimulation

/// Whole realms in virtual time. `realm simulate` runs long ones.
@Suite(.timeLimit(.minutes(5))) struct RealmSimulationTests {
    private func plan(seed: UInt64, faults: RealmFaults) -> RealmPlan {
        RealmPlan(seed: seed, duration: .seconds(25), bots: 3, faults: faults)
    }

    /// Also at crossings each bot sees a frame with its body all the time.
    @Test func nothingGoesWrongInAQuietRealm() {
        let report = plan(seed: 1, faults: .none).play()
        #expect(report.complaints == [])
        #expect(report.counts.crossings > 0)
        #expect(report.counts.gaps == 0)
        #expect(report.counts.waves > 0)
        #expect(report.counts.characters == 3)
        #expect(report.counts.silence(part: 0.99) ?? .seconds(1) < .milliseconds(500))
    }

    @Test(arguments: [1, 2] as [UInt64]) func whatMustHoldHoldsUnderFaults(seed: UInt64) {
        let report = plan(seed: seed, faults: .worst).play()
        #expect(report.complaints == [])
        #expect(report.counts.looks > 1_000)
        #expect(report.counts.frames > 1_000)
    }

    /// One of the world servers is lost again and again.
    @Test(arguments: [1, 2] as [UInt64]) func whatMustHoldHoldsWithTwoWorldServers(seed: UInt64) {
        var faults = RealmFaults.worst
        faults.losses = 12
        let report = RealmPlan(
            seed: seed, duration: .seconds(30), bots: 3, worlds: 2, faults: faults
        ).play()
        #expect(report.complaints == [])
        #expect(report.counts.worldLosses > 0)
        #expect(report.counts.crossings > 0)
        #expect(report.counts.lines > 0)
    }

    @Test func theSameSeedIsTheSameRealm() {
        let first = plan(seed: 3, faults: .worst).play()
        #expect(plan(seed: 3, faults: .worst).play().traceHash == first.traceHash)
        #expect(plan(seed: 4, faults: .worst).play().traceHash != first.traceHash)
        var two = plan(seed: 3, faults: .worst)
        two.worlds = 2
        #expect(two.play().traceHash == two.play().traceHash)
    }

    /// Dictionaries have another order in each process.
    @Test func theSameSeedIsTheSameRealmInAnotherProcess() async throws {
        let words = ["simulate", "--seed", "5", "--bots", "3", "--minutes", "0.25"]
        let here = RealmPlan(seed: 5, duration: .seconds(15), bots: 3).play()
        for _ in 0..<2 {
            let there = try await Program(words, of: "realm").outcome()
            #expect(there.status == 0, "\(there.errors)")
            let hash = String(here.traceHash, radix: 16)
            #expect(there.output.contains("seed 5: trace hash \(hash),"), "\(there.output)")
        }
    }

    /// The witness sees it: two zones, or the wrong one, have a character.
    @Test func aWitnessFindsWhatIsWrong() throws {
        let (town, east) = (try #require(ZoneName("town")), try #require(ZoneName("east")))
        let number = Incarnation(rawValue: 1)
        func owner(_ zone: ZoneName, _ epoch: UInt64) -> Owner {
            Owner(ZoneProcess(zone, number), Epoch(generation: 1, number: epoch))
        }
        let ann = CharacterID(rawValue: 1)
        let twice = RealmWitness(note: { _ in })
        twice.look(at: [[ann: owner(town, 1)], [ann: owner(east, 2)]], [])
        #expect(twice.complaints.first?.hasPrefix("character 1 is in town") == true)
        let shared = RealmWitness(note: { _ in })
        shared.look(at: [[ann: owner(town, 1)]], [])
        #expect(shared.complaints == [])
        #expect(shared.check(east, owner(east, 1).epoch, of: ann) != nil)
        shared.look(at: [[:], [ann: owner(east, 1)]], [])
        #expect(shared.complaints == ["character 1 has two owners at epoch 1.1"])
        // One look is between the store's word and the zone's.
        let stray = RealmWitness(note: { _ in })
        stray.look(at: [[ann: owner(town, 1)]], [])
        stray.look(at: [[ann: owner(town, 1)]], [])
        #expect(stray.complaints.first?.hasSuffix("and the store says out") == true)
    }
}
