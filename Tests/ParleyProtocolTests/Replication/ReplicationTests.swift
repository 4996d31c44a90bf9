import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// The invariants of servers and clients on any link.
@Suite struct ReplicationTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func clientsReceiveWhatTheServerReplicates(seed: UInt64) throws {
        var stage = ReplicationStage(seed: seed)
        stage.addClient()
        stage.addClient(
            loss: .random(in: 0...0.4, using: &stage.generator),
            duplication: .random(in: 0...0.3, using: &stage.generator), delay: 1...12)
        stage.addClient(loss: 0.1, delay: 3...5, budget: 200)
        stage.addClient(loss: 0.7, delay: 10...70)
        for _ in 0..<200 {
            stage.beginTick(by: Int.random(in: 1...3, using: &stage.generator))
            stage.liveRandomly()
            try stage.exchange()
        }
        try stage.settle()
    }

    @Test func unchangedEntitiesCostNothing() throws {
        var stage = ReplicationStage(seed: 1)
        stage.addClient(delay: 2...2)
        for _ in 0..<50 {
            guard let handle = stage.spawnBall() else { continue }
            stage.clients[0].replica.show(handle)
        }
        try stage.settle()
        let before = stage.clients[0].replica.statistics
        for _ in 0..<100 {
            stage.beginTick()
            try stage.exchange()
        }
        let after = stage.clients[0].replica.statistics
        #expect(after.states == before.states)
        #expect((after.bytes - before.bytes) / (after.packets - before.packets) == 10)
    }

    @Test func anEntityThatMovesAgainIsSentAsADelta() throws {
        var stage = ReplicationStage(seed: 2)
        stage.addClient(delay: 3...3)
        let spawned = stage.spawnBall()
        let handle = try #require(spawned)
        stage.clients[0].replica.show(handle)
        try stage.settle()
        for _ in 0..<500 {
            stage.beginTick()
            try stage.exchange()
        }
        let before = stage.clients[0].replica.statistics
        for _ in 0..<20 {
            stage.beginTick()
            stage.move(handle, by: 0.05)
            try stage.exchange()
        }
        let after = stage.clients[0].replica.statistics
        #expect(after.states - before.states == 20)
        #expect(after.wholeStates == before.wholeStates)
        try stage.settle()
    }

    /// A client that is silent costs no more memory in the thousandth tick than in the hundredth,
    /// and has everything soon after it speaks again.
    @Test func silenceIsBounded() throws {
        var stage = ReplicationStage(seed: 3)
        stage.addClient(loss: 1)
        for _ in 0..<200 {
            guard let handle = stage.spawnBall() else { continue }
            stage.clients[0].replica.show(handle)
        }
        for tick in 0..<1000 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.1) }
            try stage.exchange()
            if tick > 70 {
                #expect(stage.clients[0].replica.unsettledPackets <= 64)
                #expect(stage.clients[0].replica.unsettledRecords <= 64 * 200)
            }
        }
        try stage.settle()
    }

    @Test func lateJoinIsSpreadOverPackets() throws {
        var stage = ReplicationStage(seed: 4)
        for _ in 0..<5000 { _ = stage.spawnBall() }
        stage.addClient(loss: 0.03, delay: 2...3, budget: 4800)
        for handle in stage.handles { stage.clients[0].replica.show(handle) }
        var ticks = 0
        while stage.clients[0].receiver.entities.count < 5000, ticks < 200 {
            stage.beginTick()
            for handle in stage.handles.prefix(50) { stage.move(handle, by: 0.1) }
            try stage.exchange()
            ticks += 1
        }
        #expect(ticks < 60, "it took \(ticks) ticks of 4,800 bytes")
        try stage.settle()
    }

    @Test func acknowledgementsOfUnsentPacketsAreRefused() throws {
        var stage = ReplicationStage(seed: 5)
        stage.addClient()
        let spawned = stage.spawnBall()
        let handle = try #require(spawned)
        stage.clients[0].replica.show(handle)
        for acknowledgement in [
            SnapshotAcknowledgement(newest: 0, history: 0),
            SnapshotAcknowledgement(newest: 1, history: 0),
            SnapshotAcknowledgement(newest: 40_000, history: .max),
        ] {
            stage.clients[0].replica.receive(acknowledgement)
        }
        #expect(stage.clients[0].replica.statistics.refusedAcknowledgements == 3)
        stage.beginTick()
        try stage.exchange()
        // One packet was sent, so there is none before it.
        stage.clients[0].replica.receive(SnapshotAcknowledgement(newest: 1, history: 1))
        stage.clients[0].replica.receive(SnapshotAcknowledgement(newest: 2, history: 0))
        #expect(stage.clients[0].replica.statistics.refusedAcknowledgements == 5)
        try stage.settle()
    }

    /// A client that acknowledges unsent packets sees errors; the server goes on.
    @Test func forgedAcknowledgementsHarmOnlyTheirSender() throws {
        var stage = ReplicationStage(seed: 6)
        stage.addClient(loss: 1)
        stage.addClient(loss: 0.1)
        for _ in 0..<30 {
            guard let handle = stage.spawnBall() else { continue }
            for index in 0..<2 { stage.clients[index].replica.show(handle) }
        }
        for tick in 1...100 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.2) }
            try stage.exchange()
            stage.clients[0].replica.receive(
                SnapshotAcknowledgement(newest: UInt16(tick), history: 0))
        }
        stage.clients.removeFirst()
        try stage.settle()
    }

    /// Acknowledgements that come late, twice and out of order count as those that come in order do.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func acknowledgementsMayComeInAnyOrder(seed: UInt64) throws {
        var stage = ReplicationStage(seed: seed)
        stage.addClient()
        let spawned = stage.spawnBall()
        let handle = try #require(spawned)
        stage.clients[0].replica.show(handle)
        var acknowledged: Set<Int> = []
        var waiting: [SnapshotAcknowledgement] = []
        for number in 1...300 {
            stage.beginTick()
            stage.move(handle, by: 0.1)
            _ = stage.server.write(for: &stage.clients[0].replica, budget: 1200)
            // Records are kept from the oldest unacknowledged packet on.
            let oldest =
                (max(1, number - 63)...number).first { !acknowledged.contains($0) } ?? number
            #expect(stage.clients[0].replica.unsettledRecords <= number - oldest + 1)
            let history = UInt64.random(in: 0...UInt64.max, using: &stage.generator)
            let kept = number > 64 ? history : history & ((1 << UInt64(number - 1)) - 1)
            waiting.append(
                SnapshotAcknowledgement(newest: UInt16(number), history: kept))
            guard Bool.random(using: &stage.generator) else { continue }
            let index = Int.random(
                in: max(0, waiting.count - 8)..<waiting.count, using: &stage.generator)
            let acknowledgement = waiting[index]
            stage.clients[0].replica.receive(acknowledgement)
            let newest = Int(acknowledgement.newest)
            acknowledged.insert(newest)
            for bit in 0..<64 where acknowledgement.history >> UInt64(bit) & 1 == 1 {
                acknowledged.insert(newest - 1 - bit)
            }
        }
        #expect(stage.clients[0].replica.statistics.refusedAcknowledgements == 0)
        let settled = acknowledged.filter { $0 > 300 - 64 }.count
        #expect(stage.clients[0].replica.unsettledPackets <= 64 - settled)
    }

    /// The ring of records grows for a crowd, and shrinks when the crowd is gone.
    @Test func crowdsLeaveNoMemoryBehind() throws {
        var stage = ReplicationStage(seed: 9)
        stage.addClient(budget: 60_000)
        for _ in 0..<2_000 { _ = stage.spawnBall().map { stage.clients[0].replica.show($0) } }
        for _ in 0..<5 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.1) }
            try stage.exchange()
        }
        #expect(stage.clients[0].replica.recordCapacity >= 2_048)
        for handle in stage.handles.dropFirst(10) { stage.despawn(handle) }
        for _ in 0..<100 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.1) }
            try stage.exchange()
        }
        #expect(stage.clients[0].replica.recordCapacity <= 128)
        try stage.settle()
    }

    @Test func onePacketATickAtLeastAndOneCall() throws {
        var stage = ReplicationStage(seed: 7)
        stage.addClient()
        stage.beginTick()
        #expect(stage.server.write(for: &stage.clients[0].replica, budget: 0).count == 1)
        #expect(stage.server.write(for: &stage.clients[0].replica, budget: 1200).isEmpty)
    }

    @Test func differencesAreSharedBetweenClients() throws {
        var stage = ReplicationStage(seed: 8)
        for _ in 0..<20 { stage.addClient() }
        for _ in 0..<20 {
            guard let handle = stage.spawnBall() else { continue }
            for index in stage.clients.indices { stage.clients[index].replica.show(handle) }
        }
        for _ in 0..<20 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.1) }
            try stage.exchange()
        }
        let written = stage.clients.map(\.replica.statistics.states).reduce(0, +)
        #expect(written >= 20 * 20 * 17)
        #expect(stage.server.encodedDeltas < written / 15)
    }
}

extension ReplicationStage {
    /// Entities spawn, despawn, move, stop and are hidden at random.
    mutating func liveRandomly() {
        if Int.random(in: 0..<4, using: &generator) == 0, handles.count < 60 {
            let isRich = Int.random(in: 0..<4, using: &generator) == 0
            _ = isRich ? spawnEverything() : spawnBall()
        }
        for handle in handles {
            switch Int.random(in: 0..<60, using: &generator) {
            case 0: despawn(handle)
            case 1, 2:
                let client = clients.indices.randomElement(using: &generator) ?? 0
                clients[client].replica.hide(handle)
            case 3..<12:
                let client = clients.indices.randomElement(using: &generator) ?? 0
                let weight = Float.random(in: 0.1...1, using: &generator)
                clients[client].replica.show(handle, weight: weight)
            case 12..<40: move(handle, by: Double.random(in: -1...1, using: &generator))
            case 40..<44: rewrite(handle)
            default: break
            }
        }
    }
}
