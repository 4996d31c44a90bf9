import Parley
import ParleySimulation
import Testing

@testable import ArenaGame

@Suite struct DoorTests {
    private static let me = EntityID(rawValue: 1)
    /// From the courtyard to the cellar.
    private static let door = Grounds.arena.doorways[0]
    private static let west = ArenaMessages.Command(Wish(direction: Vector(-1, 0)))

    /// A walker at the door of the cellar.
    private func walk(steps: Int, isOpen: Bool) throws -> Walker {
        var state = ArenaState()
        state.set(0, open: isOpen)
        state.enter(Self.me, at: Self.door.exit)
        state.steer(Self.me, Self.west)
        for number in 1...steps { state.step(number) }
        return try #require(state[Self.me])
    }

    @Test func anOpenDoorLeadsElsewhere() throws {
        let exit = Grounds.arena.doorways[Self.door.other].exit
        // 0.8 m at 5 m/s are ten steps.
        #expect(try walk(steps: 9, isOpen: true).area == Grounds.courtyard)
        let walker = try walk(steps: 10, isOpen: true)
        #expect(walker.area == Grounds.cellar)
        #expect(walker.position.distance(to: exit.position) < 0.002)
        // On to the west, and not back at once.
        #expect(try walk(steps: 60, isOpen: true).area == Grounds.cellar)
    }

    @Test func aShutDoorIsAWall() throws {
        let walker = try walk(steps: 60, isOpen: false)
        #expect(walker.area == Grounds.courtyard)
        #expect(abs(walker.position.x - ArenaRules.bodyRadius) < 0.002)
    }

    @Test func bothSidesOfADoorAreOpenOrShut() {
        var state = ArenaState()
        var shut: [Int] { state.doors.all.filter { !$0.entity.isOpen }.map(\.entity.number) }
        #expect(shut == [])
        state.set(3, open: false)
        #expect(shut == [2, 3])
        state.set(2, open: true)
        #expect(shut == [])
        for number in [-1, 6, 32] { state.set(number, open: false) }
        #expect(shut == [])
    }

    @Test func areasDoNotTagOrPushEachOther() throws {
        var state = ArenaState()
        let other = EntityID(rawValue: 2)
        state.enter(Self.me, at: Spot(Vector(10, 9), in: Grounds.courtyard))
        state.enter(other, at: Spot(Vector(10, 9), in: Grounds.cellar))
        for number in 1...10 { #expect(state.step(number) == nil) }
        #expect(try #require(state[Self.me]).position == Vector(10, 9))
        #expect(try #require(state[other]).position == Vector(10, 9))
    }

    @Test func anUnknownAreaIsTheCourtyard() throws {
        var walker = Walker(id: Self.me, position: Vector(63, 63), area: 3)
        ArenaRules.step(&walker, by: Self.west, in: .arena, during: .number(1))
        #expect(walker.area == 3)
    }

    @Test func aPlayerInADoorGetsTheMap() async throws {
        let world = ArenaWorld(npcs: 0)
        let player = PlayerID(rawValue: 1)
        try await world.join(JoinRequest(Player(id: player, name: "Ada")))
        await world.put(Self.me, at: Self.door.exit)
        _ = await world.takeNotices()
        let command = PlayerCommand(player: player, sequence: 1, command: Self.west)
        for number in 1...20 { await world.advance(.number(number), commands: [command]) }
        let notices = await world.takeNotices()
        #expect(notices.map(\.notice) == [.map(.cellar)])
        #expect(notices.map(\.recipients) == [.player(player)])
    }

    /// Over a long path a player goes through a door as over none.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func goingThroughIsPredicted(seed: UInt64) throws {
        let simulation = Simulation(seed: seed, links: LinkProfile(latency: .milliseconds(75)))
        let (early, statistics) = try simulation.run(for: .seconds(60)) { simulation in
            let world = ArenaWorld(npcs: 0)
            let server = GameServer(
                world: world, configuration: .init(port: 9099), network: simulation.host("server"))
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                _ = try await server.ready()
                defer { group.cancelAll() }
                return try await PredictingClient<ArenaRules>.play(
                    on: "server", port: 9099, as: "Ada", network: simulation.host("ada")
                ) { client in
                    try await simulation.clock.sleep(for: .seconds(2))
                    await world.put(Self.me, at: Self.door.exit)
                    try await simulation.clock.sleep(for: .seconds(1))
                    return await Self.pass(client)
                }
            }
        }
        // 150 ms are nine frames.
        #expect(early >= 9)
        // One when it was put before the door; none for the door.
        #expect(statistics.prediction.wrong <= 1)
    }

    /// Walks to the west until the server says that it is in the cellar.
    ///
    /// - Returns: The number of frames that showed it there before.
    private static func pass(
        _ client: PredictingClient<ArenaRules>
    ) async -> (early: Int, PlayStatistics) {
        client.command = west
        var early = 0
        for await frame in client.frames {
            if frame.authoritative?.area == Grounds.cellar { break }
            if frame.me?.area == Grounds.cellar { early += 1 }
        }
        return (early, client.statistics)
    }
}

extension ArenaWorld {
    func put(_ id: EntityID, at spot: Spot) {
        state[id]?.position = spot.position
        state[id]?.area = spot.area
    }
}
