import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import Testing

/// Runners that are put anywhere, on a meadow with a sheep in each corner.
private actor CornersWorld: AuthoritativeWorld {
    typealias Game = Meadow

    static let corners = [SIMD2<Double>(10, 10), SIMD2(10, 190), SIMD2(190, 10), SIMD2(190, 190)]

    nonisolated let timeline = WorldTimeline()
    private var runners = EntityTable(Meadow.cast.runners, of: Meadow.schema)
    private let sheep: EntityTable<Sheep>
    private var bodies: [PlayerID: EntityHandle] = [:]
    let herd: [EntityHandle]

    init() {
        var sheep = EntityTable(Meadow.cast.sheep, of: Meadow.schema)
        herd = Self.corners.compactMap { sheep.spawn(Sheep(at: $0)) }
        self.sheep = sheep
    }

    nonisolated var interest: InterestGrid.Configuration {
        var interest = InterestGrid.Configuration()
        interest.radius = 40
        return interest
    }

    /// Puts a player's body into a corner.
    func put(_ player: PlayerID, intoCorner corner: Int) {
        if let body = bodies[player] {
            runners[body]?.position = Self.corners[corner]
        } else {
            bodies[player] = runners.spawn(Runner(player: player, at: Self.corners[corner]))
        }
    }

    func body(of player: PlayerID) -> EntityHandle? { bodies[player] }
    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) { put(request.id, intoCorner: 0) }
    func leave(_ player: PlayerID, because reason: LeaveReason) {}
    func receive(_ request: Meadow.Request, from player: PlayerID) {}
    func takeNotices() -> [Outgoing<Meadow.Notice>] { [] }
    func advance(_ step: TickStep, commands: [PlayerCommand<Meadow.Command>]) {}

    func replicate(into snapshot: inout WorldSnapshot) {
        snapshot.add(runners)
        snapshot.add(sheep)
    }
}

@Suite struct SnapshotBroadcasterTests {
    /// A broadcaster beside clients that lose nothing.
    private struct Stage {
        let world = CornersWorld()
        var broadcaster: SnapshotBroadcaster
        var receivers: [PlayerID: SnapshotReceiver] = [:]
        private let layout = Meadow.schema.layouts[Meadow.bodies.index]

        init(tickRate: Int = 60, isChecking: Bool = false) throws {
            broadcaster = SnapshotBroadcaster(
                try #require(world.predictionParameters), budget: 1_200, tickRate: tickRate,
                isChecking: isChecking)
        }

        mutating func publish(_ tick: UInt32, for players: [PlayerID]) async throws {
            let snapshot = await world.worldSnapshot(at: Tick(number: tick), for: players)
            broadcaster.take(try #require(snapshot))
        }

        /// The packets of a player, which its client has received afterwards.
        mutating func send(to player: PlayerID) throws -> [SnapshotPacket] {
            var receiver = receivers[player] ?? SnapshotReceiver(schema: Meadow.schema)
            broadcaster.write(
                for: SnapshotRecipient(
                    player: player, link: nil,
                    report: CommandReport(
                        taken: Tick(number: 7), worst: nil, loss: 0.25, lossRun: 2),
                    acknowledgement: receiver.acknowledgement))
            let packets = try (0..<broadcaster.batch.count).map { number in
                try SnapshotPacket(broadcaster.batch[number], layout: layout)
            }
            for packet in packets { _ = try receiver.receive(packet.snapshot) }
            receivers[player] = receiver
            return packets
        }
    }

    private let ann = PlayerID(rawValue: 3)

    /// A body that is put elsewhere sees its new surroundings in the same tick, not some looks later.
    @Test func surroundingsOfATeleportedBodyAreSentAtOnce() async throws {
        var stage = try Stage()
        await stage.world.put(ann, intoCorner: 0)
        try await stage.publish(3, for: [ann])
        _ = try stage.send(to: ann)
        let herd = stage.world.herd
        #expect(Set(stage.receivers[ann]?.entities.map { $0 } ?? []) == [herd[0]])
        await stage.world.put(ann, intoCorner: 3)
        try await stage.publish(6, for: [ann])
        _ = try stage.send(to: ann)
        let shown = try #require(stage.receivers[ann])
        #expect(shown.contains(herd[3]))
    }

    /// Approaching entities are sent within a fifth of a second, however rare snapshots are.
    @Test(arguments: [1, 3, 12, 60])
    func visibilityIsUpdatedByTimeAndNotBySnapshots(ticksPerSnapshot: UInt32) async throws {
        var stage = try Stage()
        let ben = PlayerID(rawValue: 4)
        await stage.world.put(ann, intoCorner: 0)
        await stage.world.put(ben, intoCorner: 1)
        var tick = ticksPerSnapshot
        for _ in 0..<8 {
            try await stage.publish(tick, for: [ann])
            _ = try stage.send(to: ann)
            tick += ticksPerSnapshot
        }
        await stage.world.put(ben, intoCorner: 0)
        let moved = tick
        let body = try #require(await stage.world.body(of: ben))
        while stage.receivers[ann]?.contains(body) == false {
            try #require(tick < moved + max(12, ticksPerSnapshot) + 1)
            try await stage.publish(tick, for: [ann])
            _ = try stage.send(to: ann)
            tick += ticksPerSnapshot
        }
    }

    /// A packet that is written in one pass reads like one that is assembled from parts.
    @Test(arguments: [false, true])
    func packetsReadAsTheyWereWritten(isChecking: Bool) async throws {
        var stage = try Stage(isChecking: isChecking)
        let ben = PlayerID(rawValue: 4)
        await stage.world.put(ann, intoCorner: 2)
        try await stage.publish(3, for: [ann, ben])
        let packet = try #require(try stage.send(to: ann).first)
        #expect(packet.tick.number == 3)
        #expect(packet.report.taken.number == 7)
        #expect(packet.report.lossRun == 2)
        let body = try #require(await stage.world.body(of: ann))
        let expected = Runner(player: ann, at: CornersWorld.corners[2]).quantised()
        #expect(packet.body == .state(body, expected))
        #expect((packet.worldHash != nil) == isChecking)
        if let hash = packet.worldHash { #expect(hash == stage.receivers[ann]?.worldHash) }
        // A player without a body, and one that the broadcaster meets before an older one.
        #expect(try stage.send(to: ben).first?.body == SnapshotPacket.Body.none)
        #expect(try stage.send(to: PlayerID(rawValue: 1)).first?.body == SnapshotPacket.Body.none)
        try await stage.publish(6, for: [ann, ben])
        #expect(try stage.send(to: ben).first?.body == SnapshotPacket.Body.none)
        #expect(try stage.send(to: ann).first?.body == .state(body, expected))
    }

    @Test func clientsOfPlayersThatLeftAreRemoved() async throws {
        var stage = try Stage()
        let players = (1...9 as ClosedRange<UInt32>).map { PlayerID(rawValue: $0) }
        try await stage.publish(3, for: players)
        for player in players { _ = try stage.send(to: player) }
        #expect(stage.broadcaster.clientCount == 9)
        let left = [players[1], players[4], PlayerID(rawValue: 20)]
        stage.broadcaster.forgetAll(but: left)
        #expect(stage.broadcaster.clientCount == 2)
        stage.broadcaster.forgetAll(but: [])
        #expect(stage.broadcaster.clientCount == 0)
    }
}
