import ParleyHandoff
import ParleySimulation
import ParleyZones
import TestGames
import Testing

/// What a player asks and is told, in several zones.
@Suite struct RequestTests {
    /// A player makes a request each 50 ms on the way over a border, and is told the number of each.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func eachRequestCountsOnce(seed: UInt64) throws {
        let notices = try TestRealm.run(seed: seed, links: .lte) { realm in
            try await realm.play(as: "ann") { ann in
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait(for: ann, in: "west")
                return try await withThrowingTaskGroup(of: [UInt32]?.self) { group in
                    group.addTask {
                        for _ in 0..<200 {
                            try ann.request(.sitDown)
                            try await realm.simulation.clock.sleep(for: .milliseconds(50))
                        }
                        return nil
                    }
                    group.addTask {
                        var numbers: [UInt32] = []
                        for await notice in ann.notices {
                            numbers.append(notice.number)
                            if numbers.count == 200 { break }
                        }
                        return numbers
                    }
                    var notices: [UInt32] = []
                    while let result = try await group.next() { notices = result ?? notices }
                    #expect(ann.frame()?.zone.text == "east")
                    return notices
                }
            }
        }
        #expect(notices == Array(1...200))
    }

    @Test func playersHearEachOther() throws {
        let (heard, whispered) = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return try await realm.play(as: "bob") { bob in
                    try await realm.wait(for: bob, in: "west")
                    ann.say("hello", to: .zone)
                    ann.whisper(to: "bob", "psst")
                    ann.whisper(to: "nobody", "psst")
                    var lines = bob.chat.makeAsyncIterator()
                    let heard = [await lines.next(), await lines.next()]
                    var own = ann.chat.makeAsyncIterator()
                    return (heard, [await own.next(), await own.next()])
                }
            }
        }
        #expect(heard[0] == ChatLine(reach: .all(.zone), name: "ann", text: "hello"))
        #expect(heard[1] == ChatLine(reach: .whisper, name: "ann", text: "psst"))
        #expect(whispered[0]?.text == "hello")
        #expect(whispered[1]?.reach == .server)
    }

    @Test func aFloodOfChatIsHeldBack() throws {
        let heard = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return try await realm.play(as: "bob") { bob in
                    try await realm.wait(for: bob, in: "west")
                    for number in 0..<100 { ann.say("\(number)", to: .realm) }
                    try await realm.simulation.clock.sleep(for: .seconds(1))
                    bob.whisper(to: "bob", "done")
                    var count = 0
                    for await line in bob.chat {
                        if line.reach == .whisper { break }
                        count += 1
                    }
                    return count
                }
            }
        }
        #expect(heard <= 8)
        #expect(heard > 0)
    }

    /// A client that crosses a border does not ask the world server, which knows all the same where it is.
    @Test func chatInAZoneFollowsThePlayer() throws {
        let heard = try TestRealm.run(seed: 1) { realm in
            try await realm.play(as: "bob") { bob in
                try await realm.wait(for: bob, in: "west")
                return try await realm.play(as: "ann") { ann in
                    ann.command = Meadow.Command(x: 127, y: 0)
                    try await realm.wait(for: ann, in: "east")
                    try await realm.simulation.clock.sleep(for: .seconds(1))
                    ann.say("hello", to: .zone)
                    ann.whisper(to: "bob", "done")
                    var lines = bob.chat.makeAsyncIterator()
                    return await lines.next()
                }
            }
        }
        #expect(heard == ChatLine(reach: .whisper, name: "ann", text: "done"))
    }

    /// A client that is in no zone keeps 64 KiB of requests, and says when it takes no more.
    @Test func requestsThatNoZoneTakesAreBounded() throws {
        let client = RealmClient<Meadow>(
            at: "nowhere", port: 1, as: .name("ann"), network: Simulation(seed: 1).host("ann"))
        var count = 0
        #expect(throws: RealmClientError.tooManyRequests) {
            while count < 10_000 {
                try client.request(.sitDown)
                count += 1
            }
        }
        #expect(count > 1_000)
    }
}
