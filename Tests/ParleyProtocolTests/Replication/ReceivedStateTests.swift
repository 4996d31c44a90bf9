import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// What a game reads of what it received.
@Suite struct ReceivedStateTests {
    private func stage() throws -> (ReplicationStage, EntityHandle) {
        var stage = ReplicationStage(seed: 4)
        stage.addClient()
        let spawned = stage.server.spawn(Ball(), as: stage.balls)
        let handle = try #require(spawned)
        stage.clients[0].replica.show(handle)
        return (stage, handle)
    }

    @Test func statesLieBetweenWhatWasReceived() throws {
        var (stage, handle) = try stage()
        for x in [0.0, 1, 2, 4] {
            stage.beginTick(by: 10)
            stage.server.update(handle, Ball(x: x), as: stage.balls)
            try stage.deliver()
        }
        let receiver = stage.clients[0].receiver
        func x(_ tick: Double, beyond: Double = 0) -> Double? {
            receiver.state(
                of: handle, as: stage.balls, at: tick, tickDuration: 1 / 60, extrapolation: beyond)?
                .x
        }
        #expect(x(0) == 0)
        #expect(x(10) == 0)
        #expect(abs(try #require(x(15)) - 0.5) < 0.01)
        #expect(abs(try #require(x(35)) - 3) < 0.01)
        #expect(x(50) == 4)
        #expect(abs(try #require(x(43, beyond: 5)) - 4.6) < 0.01)
        #expect(abs(try #require(x(99, beyond: 5)) - 5) < 0.01)
        #expect(x(.nan) != nil)
        #expect(receiver.state(of: handle, as: stage.balls)?.x == 4)
        #expect(receiver.state(of: handle, as: stage.everythings) == nil)
        #expect(receiver.newestTick(of: handle) == Tick(number: 40))
    }

    @Test func spawnsAndDespawnsAreReported() throws {
        var (stage, handle) = try stage()
        stage.beginTick()
        #expect(try stage.deliver().flatMap(\.spawned) == [handle])
        stage.beginTick()
        stage.server.update(handle, Ball(x: 3), as: stage.balls)
        let update = try stage.deliver()
        #expect(update.flatMap(\.spawned) == [])
        #expect(update.flatMap(\.updated) == [handle])
        stage.beginTick()
        stage.clients[0].replica.hide(handle)
        #expect(try stage.deliver().flatMap(\.despawned) == [handle])
        #expect(stage.clients[0].receiver.state(of: handle, as: stage.balls) == nil)
        stage.clients[0].replica.show(handle)
        stage.beginTick()
        #expect(try stage.deliver().flatMap(\.spawned) == [handle])
        stage.beginTick()
        stage.server.despawn(handle)
        #expect(try stage.deliver().flatMap(\.despawned) == [handle])
        let again = stage.server.spawn(Ball(), as: stage.balls)
        #expect(again != handle, "a handle names one entity")
    }

    /// The first movement ends the minute of standstill after the spawn.
    @Test func aStopAfterALongStandstillIsSeenAtOnce() throws {
        var (stage, handle) = try stage()
        let spawned = stage.spawnBall()
        let other = try #require(spawned)
        stage.clients[0].replica.show(other)
        func deliver(_ x: Double?) throws {
            stage.beginTick(by: 3)
            stage.move(other, by: 0.1)
            if let x { stage.server.update(handle, Ball(x: x), as: stage.balls) }
            try stage.deliver()
        }
        for _ in 0..<1_200 { try deliver(nil) }
        for x in [1.0, 2, 3] { try deliver(x) }
        for _ in 0..<15 { try deliver(nil) }
        try deliver(4)
        let receiver = stage.clients[0].receiver
        let newest = Double(stage.now)
        let inThePause = receiver.state(
            of: handle, as: stage.balls, at: newest - 20, tickDuration: 1 / 60)
        #expect(inThePause?.x == 3)
    }

    /// The history that differences refer to does not grow with time.
    @Test func historiesAreBounded() throws {
        var (stage, handle) = try stage()
        for tick in 0..<400 {
            stage.beginTick()
            stage.server.update(handle, Ball(x: Double(tick) * 0.1), as: stage.balls)
            try stage.deliver()
        }
        #expect(stage.clients[0].receiver.heldStates <= 66)
        #expect(stage.clients[0].replica.statistics.wholeStates == 1)
    }
}

extension ReplicationStage {
    /// Writes, and lets all of it and its acknowledgement arrive at once.
    @discardableResult
    mutating func deliver() throws -> [SnapshotReceiver.Arrival] {
        var arrivals: [SnapshotReceiver.Arrival] = []
        for packet in server.write(for: &clients[0].replica, budget: 1200) {
            if let arrival = try clients[0].receiver.receive(packet) { arrivals.append(arrival) }
        }
        if let acknowledgement = clients[0].receiver.acknowledgement {
            clients[0].replica.receive(acknowledgement)
        }
        return arrivals
    }
}
