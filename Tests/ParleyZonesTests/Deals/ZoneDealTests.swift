import ParleyHandoff
import ParleySimulation
import ParleyStore
import ParleyZones
import TestGames
import Testing

/// Deals that worlds make, from the request of a player to the end that the world hears of.
@Suite struct ZoneDealTests {
    /// Plays as ann and bob, who both are in west.
    private func play<Result: Sendable>(
        seed: UInt64 = 1,
        _ body:
            @escaping @Sendable (
                TestRealm, RealmClient<Meadow>, RealmClient<Meadow>
            ) async throws -> Result
    ) throws -> Result {
        try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return try await realm.play(as: "bob") { bob in
                    try await realm.wait(for: bob, in: "west")
                    let result = try await body(realm, ann, bob)
                    #expect(await realm.store.audit().problems == [])
                    return result
                }
            }
        }
    }

    @Test func moneyIsEarnedAndGiven() throws {
        try play { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            try ann.request(.getUp)
            #expect(try await realm.results(of: 1, heardBy: first) == [.applied])
            try ann.request(.goHome)
            #expect(try await realm.results(of: 2, heardBy: first) == [.applied, .applied])
            #expect(try await realm.results(of: 1, heardBy: second) == [.applied])
            #expect(await realm.coins(of: first) == 2)
            #expect(await realm.coins(of: second) == 1)
            // The world sees the same.
            let zone = try #require(realm.zone("west")).world.zone
            #expect(zone.possessions(of: first)?.amount(of: .coins) == 2)
            #expect(zone.possessions(of: second)?.amount(of: .coins) == 1)
            #expect(zone.possessions != nil)
        }
    }

    @Test func nobodyGivesWhatIsNotThere() throws {
        try play { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            try ann.request(.goHome)
            #expect(try await realm.results(of: 1, heardBy: first) == [.declined])
            #expect(try await realm.results(of: 1, heardBy: second) == [.declined])
            #expect(await realm.coins(of: first) == 0)
        }
    }

    /// Both sides of a trade think better of it at the same time: a sword is sold, or it is not.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aTradeAndItsOppositeAreNeverBothDone(seed: UInt64) throws {
        try play(seed: seed) { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            let west = try #require(realm.zone("west")).world.zone
            let sword = ItemID(rawValue: 9)
            try west.deal(
                .mint(sword, kind: 1, to: first), .issue(.coins, 5, to: second),
                note: DealMark(first, 1).bytes)
            _ = try await realm.results(of: 1, heardBy: first)
            await realm.store.setFaults(StoreFaults(latency: .zero ... .milliseconds(50)))
            // The sale, and on each side an end of what it would have to give.
            try west.deal(
                .move(sword, from: first, to: second), .pay(.coins, 5, from: second, to: first),
                note: DealMark(first, 2).bytes)
            try west.deal(.burn(sword, from: first), note: DealMark(first, 3).bytes)
            try west.deal(.destroy(.coins, 5, from: second), note: DealMark(second, 1).bytes)
            _ = try await realm.results(of: 3, heardBy: first)
            _ = try await realm.results(of: 3, heardBy: second)
            let ends = await realm.heard(by: first).filter { $0.request > 1 }
            let sale = try #require(ends.first { $0.request == 2 }).result
            let burnt = try #require(ends.first { $0.request == 3 }).result
            #expect((sale == .applied) != (burnt == .applied) || sale == .declined)
            let things = (west.possessions(of: first), west.possessions(of: second))
            if sale == .applied {
                #expect(things.1?.items.map(\.id) == [sword])
                #expect(things.0?.amount(of: .coins) == 5)
            } else {
                #expect(things.1?.items == [])
                #expect(things.0?.amount(of: .coins) == 0)
            }
        }
    }

    @Test func aWorldKnowsNamesAndPossessions() throws {
        try play { realm, ann, _ in
            let character = realm.character(of: ann)
            let west = try #require(realm.zone("west")).world.zone
            try await realm.wait { west.possessions(of: character) != nil }
            #expect(west.accountName(of: character) == "ann")
            #expect(west.possessions(of: character) == Possessions())
            try ann.request(.getUp)
            _ = try await realm.results(of: 1, heardBy: character)
            ann.command = Meadow.Command(x: 127, y: 0)
            let east = try #require(realm.zone("east")).world.zone
            // The seal has the name.
            try await realm.wait { east.accountName(of: character) == "ann" }
            try await realm.wait { east.possessions(of: character)?.amount(of: .coins) == 3 }
            #expect(west.possessions(of: character) == nil)
        }
    }

    /// Answers get lost until they do not.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aDealIsRepeatedUntilItsAnswerComes(seed: UInt64) throws {
        try play(seed: seed) { realm, ann, _ in
            let character = realm.character(of: ann)
            realm.deals.set(.lostCalls)
            try ann.request(.getUp)
            try await realm.wait { realm.deals.calls >= 2 }
            #expect(await realm.coins(of: character) == 0)
            realm.deals.set(.lostAnswers)
            try await realm.wait { realm.deals.calls >= 5 }
            #expect(await realm.coins(of: character) == 3)
            realm.deals.set(.none)
            #expect(try await realm.results(of: 1, heardBy: character) == [.applied])
            #expect(await realm.coins(of: character) == 3)
        }
    }

    /// The deal is in the store, and its answer is not here, when one of its characters crosses a border.
    @Test(arguments: [true, false])
    func aResultFollowsACharacterOverTheBorder(giverCrosses: Bool) throws {
        try play { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            try ann.request(.getUp)
            _ = try await realm.results(of: 1, heardBy: first)
            realm.deals.set(.lostAnswers)
            try ann.request(.goHome)
            try await realm.wait { await realm.coins(of: second) == 1 }
            let walker = giverCrosses ? ann : bob
            walker.command = Meadow.Command(x: 127, y: 0)
            try await realm.wait(for: walker, in: "east")
            // Who crosses hears of it in the new zone, from the outbox.
            let crossed = giverCrosses ? first : second
            #expect(
                try await realm.results(of: giverCrosses ? 2 : 1, heardBy: crossed).last == .applied
            )
            realm.deals.set(.none)
            #expect(try await realm.results(of: 2, heardBy: first) == [.applied, .applied])
            #expect(try await realm.results(of: 1, heardBy: second) == [.applied])
            #expect(await realm.coins(of: first) == 2)
        }
    }

    /// The deal comes to the store when one of its characters has crossed already.
    @Test(arguments: [true, false])
    func aDealThatComesTooLateIsVoid(giverCrosses: Bool) throws {
        try play { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            try ann.request(.getUp)
            _ = try await realm.results(of: 1, heardBy: first)
            let walker = giverCrosses ? ann : bob
            walker.command = Meadow.Command(x: 127, y: 0)
            try await realm.wait { (walker.frame()?.me?.position.x ?? 0) > 95 }
            realm.deals.set(.delay(.seconds(8)))
            try ann.request(.goHome)
            try await realm.wait(for: walker, in: "east")
            #expect(try await realm.results(of: 2, heardBy: first) == [.applied, .void])
            #expect(try await realm.results(of: 1, heardBy: second) == [.void])
            #expect(await realm.coins(of: first) == 3)
            // It stays so.
            try await realm.simulation.clock.sleep(for: .seconds(12))
            #expect(await realm.coins(of: first) == 3)
            #expect(await realm.heard(by: first).count == 2)
            #expect(await realm.heard(by: second).count == 1)
        }
    }

    /// The zone dies while the store has the deal; its characters go on from the checkpoint before the request.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aDealHappensOnceThoughItsZoneDies(seed: UInt64) throws {
        try play(seed: seed) { realm, ann, bob in
            let (first, second) = (realm.character(of: ann), realm.character(of: bob))
            try await realm.simulation.clock.sleep(for: .seconds(2))
            realm.deals.set(.lostAnswers)
            try ann.request(.getUp)
            try await realm.wait { await realm.coins(of: first) == 3 }
            try ann.request(.goHome)
            try await realm.wait { await realm.coins(of: first) == 2 }
            realm.simulation.host("west").crash(for: .seconds(1))
            realm.deals.set(.none)
            try await realm.simulation.clock.sleep(for: .seconds(1))
            #expect(try await realm.results(of: 2, heardBy: first) == [.applied, .applied])
            #expect(try await realm.results(of: 1, heardBy: second) == [.applied])
            try await realm.simulation.clock.sleep(for: .seconds(12))
            #expect(await realm.heard(by: first).count == 2)
            #expect(await realm.heard(by: second).count == 1)
            #expect(await realm.coins(of: first) == 2)
            #expect(await realm.coins(of: second) == 1)
        }
    }

    @Test func aWorldServerMayStartAgainInMidDeal() throws {
        try play { realm, ann, _ in
            let character = realm.character(of: ann)
            realm.deals.set(.delay(.seconds(1)))
            try ann.request(.getUp)
            try await realm.wait { realm.deals.calls == 1 }
            realm.simulation.host("world").crash(for: .milliseconds(500))
            realm.deals.set(.none)
            #expect(try await realm.results(of: 1, heardBy: character) == [.applied])
            #expect(await realm.coins(of: character) == 3)
        }
    }

    /// A player who goes in mid-deal hears of it with the next session.
    @Test func aResultWaitsForWhoIsAway() throws {
        let results = try TestRealm.run(seed: 1) { realm in
            let character = try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                realm.deals.set(.lostAnswers)
                let character = realm.character(of: ann)
                try ann.request(.getUp)
                try await realm.wait { await realm.coins(of: character) == 3 }
                return character
            }
            try await realm.wait { await realm.zone("west")?.world.characters.isEmpty == true }
            realm.deals.set(.none)
            return try await realm.play(as: "ann") { ann in
                try await realm.results(of: 1, heardBy: character)
            }
        }
        #expect(results == [.applied])
    }
}
