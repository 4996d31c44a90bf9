import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleyStore
import Synchronization
import TestGames
import Testing

@testable import ParleyZones

/// A zone's server in the wrong hands.
@Suite struct HostileDealTests {
    /// Plays as ann, who is in west, while a program speaks in east's name.
    private func play(
        _ body: @escaping @Sendable (TestRealm, CharacterID, PeerNode) async throws -> Void
    ) throws {
        try TestRealm.run(seed: 1, zones: ["west"]) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                let character = realm.character(of: ann)
                try ann.request(.getUp)
                _ = try await realm.results(of: 1, heardBy: character)
                // The medal for it is another deal.
                let west = try #require(realm.zone("west")).world.zone
                try await realm.wait {
                    west.possessions(of: character)?.amount(of: .medals) == 1
                }
                try await realm.simulation.clock.sleep(for: .milliseconds(100))
                let east = try #require(ZoneName("east"))
                let node = PeerNode(
                    PeerNodeConfiguration(
                        .zone(east),
                        places: [PeerPlace(.world(0), host: "world", port: 9_100)], port: 9_101),
                    network: realm.simulation.host("east"))
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await node.run() }
                    _ = try await node.ready()
                    try await body(realm, character, node)
                    #expect(await realm.coins(of: character) == 3)
                    #expect(await realm.store.audit().problems == [])
                    group.cancelAll()
                }
            }
        }
    }

    private func deal(
        _ process: ZoneProcess, _ character: CharacterID, _ epoch: Epoch, number: UInt64
    ) throws -> PeerMessage {
        .deal(
            DealRequest(
                process, .zone(process.zone, process.incarnation, counter: number),
                parties: [.init(character, epoch)],
                effects: try DealEffects.encoded([.destroy(.coins, 1, from: character)])))
    }

    private func process(_ name: String, _ incarnation: UInt64) throws -> ZoneProcess {
        ZoneProcess(try #require(ZoneName(name)), Incarnation(rawValue: incarnation))
    }

    /// Neither in its own name nor in that of the zone that has the character.
    @Test func aZoneDealsForNoCharacterOfAnother() throws {
        try play { realm, character, node in
            let world = PeerName.world(0)
            let row = await realm.store.perform(Locate(character)).value
            let (epoch, west) = (try #require(row?.epoch), try #require(row?.place))
            let own = try deal(try process("east", 1), character, epoch, number: 1)
            let foreign = try deal(west, character, epoch, number: 1_000)
            var answers: [DealAnswer.Verdict] = []
            let before = await realm.world?.statistics.deals ?? 0
            try await realm.wait {
                node.send(own, to: world)
                return await realm.world?.statistics.deals ?? 0 >= before + 3
            }
            node.send(foreign, to: world)
            for await received in node.received {
                guard case .dealt(let answer) = received.message else { continue }
                answers.append(answer.verdict)
                if answer.verdict == .refused(.malformed) { break }
            }
            #expect(answers.first == .refused(.notOwner))
            #expect(answers.last == .refused(.malformed))
            #expect(await realm.world?.statistics.forbidden == 1)
            // Nor does it learn what the character has.
            let count = await realm.world?.statistics.forbidden ?? 0
            node.send(
                .read(SheetRequest(west, .init(character, epoch), mark: 1, seen: 0)), to: world)
            try await realm.wait { await realm.world?.statistics.forbidden == count + 1 }
        }
    }

    /// What is beyond a zone's share of calls is dropped, and the others' deals go on.
    @Test func aFloodOfDealsHoldsNobodyElseUp() throws {
        try play { realm, character, node in
            await realm.store.setFaults(
                StoreFaults(latency: .milliseconds(20) ... .milliseconds(20)))
            let own = try process("east", 1)
            let epoch = Epoch(generation: 1, number: 1)
            node.send(try deal(own, character, epoch, number: 1), to: .world(0))
            try await realm.wait { node.statistics.links > 0 }
            for number in 2..<6_000 {
                node.send(try deal(own, character, epoch, number: UInt64(number)), to: .world(0))
            }
            let west = try #require(realm.zone("west")).world.zone
            try await realm.wait { await realm.world?.statistics.droppedCalls ?? 0 > 4_000 }
            let begin = realm.simulation.elapsed
            try west.deal(
                .issue(.coins, 4, to: character), .destroy(.coins, 4, from: character),
                note: DealMark(character, 2).bytes)
            #expect(try await realm.results(of: 2, heardBy: character) == [.applied, .applied])
            #expect(realm.simulation.elapsed - begin < .seconds(1))
        }
    }

    /// A world that deals without end is told so, and keeps what it has.
    @Test func aWorldsOwnFloodIsRefused() throws {
        try play { realm, character, _ in
            realm.deals.set(.lostCalls)
            let west = try #require(realm.zone("west")).world.zone
            for _ in 0..<128 { try west.deal(.issue(.coins, 1, to: character)) }
            #expect(throws: DealError.tooManyOpen(character, limit: 128)) {
                try west.deal(.issue(.coins, 1, to: character))
            }
            let nobody = CharacterID(rawValue: 99)
            #expect(throws: DealError.nobodyHere) { try west.deal(.issue(.coins, 1, to: nobody)) }
            #expect(throws: DealError.notHere(nobody)) {
                try west.deal(.pay(.coins, 1, from: nobody, to: character))
            }
            realm.deals.set(.none)
            try await realm.wait {
                west.possessions(of: character)?.amount(of: .coins) == 131
            }
            // There is room again when the world has heard of the first ends.
            try await realm.wait {
                (try? west.deal(.destroy(.coins, 128, from: character))) != nil
            }
            try await realm.wait { await realm.coins(of: character) == 3 }
            let malformed: [[DealEffect]] = [
                [.issue(.coins, 0, to: character)],
                [.pay(.coins, 1, from: character, to: character)],
                [
                    .pay(
                        .coins, 1, from: .character(character),
                        to: .zone(try process("east", 1).zone))
                ],
                Array(repeating: .issue(.coins, 1, to: character), count: 65),
            ]
            for effects in malformed {
                #expect(throws: DealError.self) { try west.deal(effects) }
            }
            #expect(throws: DealError.self) {
                try west.deal(
                    .issue(.coins, 1, to: character),
                    note: Datagram(bytes: [UInt8](repeating: 0, count: 257)))
            }
        }
    }

    /// When a request is applied again after a crash, who gave something may not be here: the names of the request's other
    /// deals are what they were.
    @Test func aRefusedDealKeepsItsPlaceAmongTheNames() throws {
        try play { realm, character, _ in
            let core = try #require(realm.zone("west")).world.zone.core
            let nobody = CharacterID(rawValue: 99)
            let login = LoginNumber(rawValue: 1)
            core.state.withLock { $0.cause = DealCause(requestOf: character, login, 77) }
            #expect(throws: DealError.notHere(nobody)) {
                try core.deal([.pay(.coins, 1, from: nobody, to: character)], note: Datagram())
            }
            let second = try core.deal(
                [.issue(.coins, 1, to: character), .destroy(.coins, 1, from: character)],
                note: Datagram())
            core.endCause()
            #expect(
                second
                    == .request(character: character, login: login, request: 77, index: 1))
        }
    }
}
