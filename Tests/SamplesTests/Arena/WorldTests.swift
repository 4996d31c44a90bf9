import ArenaGame
import Parley
import Testing

private typealias Notice = ArenaMessages.Notice

/// A world whose ticks the test runs, one after another.
private struct Stage {
    let world: ArenaWorld

    init(npcs: Int, seed: UInt64 = 1) {
        world = ArenaWorld(npcs: npcs, seed: seed)
    }

    /// Runs the world for some ticks, with the code of the NPCs that is due in them.
    func play(
        ticks: Int, joins: [JoinRequest<ArenaRules>] = [],
        each: (ArenaMessages.Snapshot) async -> Void = { _ in }
    ) async throws {
        try await WorldDriver(world).run { driver in
            try await driver.step(joins: joins)
            for _ in 1..<ticks {
                let outcome = try await driver.step()
                if let snapshot = outcome.snapshot { await each(snapshot) }
            }
        }
    }
}

private func player(_ id: UInt32, _ name: String) -> JoinRequest<ArenaRules> {
    JoinRequest(Player(id: PlayerID(rawValue: id), name: name))
}

@Suite struct WorldTests {
    @Test func aNewcomerIsIntroduced() async throws {
        let world = ArenaWorld(npcs: 1)
        try await world.join(player(1, "Ada"))
        _ = await world.takeNotices()
        try await world.join(player(2, "Bob"))
        let notices = await world.takeNotices()
        let toBob = notices.filter { $0.recipients == .player(PlayerID(rawValue: 2)) }.map(\.notice)
        let (ada, bob) = (EntityID(rawValue: 1), EntityID(rawValue: 2))
        #expect(
            toBob == [
                .map(.courtyard),
                .joined(ada, name: "Ada"), .joined(bob, name: "Bob"),
                .joined(.npc(0), name: "Guard"),
                .score(ada, 0), .score(bob, 0), .score(.npc(0), 0),
            ])
        let toOthers = notices.filter { $0.recipients == .allExcept(PlayerID(rawValue: 2)) }
        #expect(toOthers.map(\.notice) == [.joined(bob, name: "Bob")])
        #expect(await world.takeNotices().isEmpty)
    }

    @Test func aFullArenaRefuses() async throws {
        let world = ArenaWorld(npcs: 8)
        for id in 1...64 { try await world.join(player(UInt32(id), "player \(id)")) }
        await #expect(throws: JoinRefusal.self) { try await world.join(player(65, "late")) }
        await world.leave(PlayerID(rawValue: 3), because: .left)
        try await world.join(player(65, "late"))
        #expect(await world.snapshot().avatars.count == 72)
    }

    @Test func anUnprintableNameIsRefused() async {
        let world = ArenaWorld()
        await #expect(throws: JoinRefusal.self) { try await world.join(player(1, "\u{1B}[31m")) }
    }

    @Test func chatReachesEverybodyAndTheChronicle() async throws {
        let world = ArenaWorld(npcs: 0)
        try await world.join(player(1, "Ada"))
        await world.receive(.chat("hello"), from: PlayerID(rawValue: 1))
        let last = await world.takeNotices().last
        #expect(last?.notice == .chat(EntityID(rawValue: 1), "hello"))
        #expect(last?.recipients == .all)
        #expect(await world.scene().events.last?.text == "Ada: hello")
    }

    @Test func commandsMoveTheirPlayer() async throws {
        let world = ArenaWorld(npcs: 0)
        try await world.join(player(1, "Ada"))
        let before = try #require(await world.snapshot()[EntityID(rawValue: 1)])
        let away = (Vector(20, 20) - before.position).unit
        let command = PlayerCommand(
            player: PlayerID(rawValue: 1), sequence: 1,
            command: ArenaMessages.Command(Wish(direction: away)))
        for number in 1...10 {
            let step = TickStep(tick: Tick(number: UInt32(number)), duration: .seconds(1) / 60)
            await world.advance(step, commands: [command])
        }
        let after = try #require(await world.snapshot()[EntityID(rawValue: 1)])
        #expect(after.position != before.position)
    }
}

@Suite struct NPCTests {
    @Test func everyNPCGetsAbout() async throws {
        var first: [EntityID: Vector] = [:]
        var furthest: [EntityID: Double] = [:]
        let stage = Stage(npcs: 8)
        try await stage.play(ticks: 60 * 30) { snapshot in
            for avatar in snapshot.avatars {
                let start = first[avatar.id] ?? avatar.position
                first[avatar.id] = start
                let way = avatar.position.distance(to: start)
                furthest[avatar.id] = max(furthest[avatar.id] ?? 0, way)
            }
        }
        #expect(furthest.count == 8)
        for (id, way) in furthest { #expect(way > 3, "\(id)") }
    }

    @Test func thePorterShutsDoorsForAWhile() async throws {
        let stage = Stage(npcs: 3)
        var changes = 0
        var wasOpen = true
        try await stage.play(ticks: 60 * 60) { _ in
            let grounds = await stage.world.scene().grounds
            let isOpen = grounds.doorways.indices.allSatisfy { grounds.isOpen($0) }
            if isOpen != wasOpen { changes += 1 }
            wasOpen = isOpen
        }
        #expect(changes >= 4)
    }

    @Test func thePorterGreetsAtTheDoor() async throws {
        let stage = Stage(npcs: 3)
        let ada = EntityID(rawValue: 1)
        try await stage.play(ticks: 120, joins: [player(1, "Ada")]) { snapshot in
            // A player comes again and again, but is greeted once.
            if snapshot[ada]?.area == Grounds.courtyard {
                await stage.world.put(ada, at: Grounds.arena.doorways[0].threshold)
            }
        }
        let events = await stage.world.scene().events.map(\.text)
        #expect(events.filter { $0 == "Porter: Mind the step, Ada." }.count == 1, "\(events)")
    }

    @Test func npcsTagEachOther() async throws {
        let stage = Stage(npcs: 8)
        try await stage.play(ticks: 60 * 40)
        let scene = await stage.world.scene()
        #expect(scene.ranking.map { Int($0.resident.score) }.reduce(0, +) > 0)
        #expect(scene.events.contains { $0.text.hasSuffix("Oh no. I am it!") })
    }

    @Test func theGuardReachesGateAndTower() async throws {
        var distances = (gate: Double.infinity, tower: Double.infinity)
        try await Stage(npcs: 5).play(ticks: 60 * 60) { snapshot in
            guard let avatar = snapshot[.npc(0)] else { return }
            distances.gate = min(distances.gate, avatar.position.distance(to: .gate))
            distances.tower = min(distances.tower, avatar.position.distance(to: .tower))
        }
        #expect(distances.gate < 1.1)
        #expect(distances.tower < 1.1)
    }
}
