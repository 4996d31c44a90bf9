import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import TestSupport
import Testing

/// Packets that no honest server sends.
@Suite struct HostileSnapshotTests {
    /// A client in the middle of a session, and packets that it has not received yet.
    private func scene(seed: UInt64) throws -> (ReplicationStage, [Datagram]) {
        var stage = ReplicationStage(seed: seed)
        stage.addClient()
        for _ in 0..<20 {
            _ = stage.spawnBall()
            _ = stage.spawnEverything()
        }
        for handle in stage.handles { stage.clients[0].replica.show(handle) }
        for _ in 0..<5 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.1) }
            try stage.exchange()
        }
        var packets: [Datagram] = []
        for handle in stage.handles.prefix(3) { stage.despawn(handle) }
        _ = stage.spawnBall().map { stage.clients[0].replica.show($0) }
        for _ in 0..<3 {
            stage.beginTick()
            for handle in stage.handles {
                stage.move(handle, by: 0.1)
                stage.rewrite(handle)
            }
            packets += stage.server.write(for: &stage.clients[0].replica, budget: 2400)
        }
        return (stage, packets)
    }

    /// A damaged packet is refused, and nothing is taken from it, or the damage means nothing: a
    /// baseline can be named in several ways. The check has 16 bits, so one in 65,536 gets through
    /// by chance: none of these does.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func damagedPacketsAreRefusedWhole(seed: UInt64) throws {
        var (stage, packets) = try scene(seed: seed)
        for packet in packets {
            let before = stage.clients[0].receiver
            _ = try stage.clients[0].receiver.receive(packet)
            for round in 0..<60 {
                let bytes = damaged(packet.bytes, round, using: &stage.generator)
                if bytes == packet.bytes { continue }
                var receiver = before
                let arrival = try? receiver.receive(Datagram(bytes: bytes))
                let expected = arrival == nil ? before : stage.clients[0].receiver
                #expect(receiver.worldHash == expected.worldHash)
                #expect(receiver.acknowledgement == expected.acknowledgement)
            }
        }
    }

    private func damaged(
        _ bytes: [UInt8], _ round: Int, using generator: inout SeededGenerator
    ) -> [UInt8] {
        if round.isMultiple(of: 4) {
            return bytes.dropLast(Int.random(in: 1...bytes.count, using: &generator))
        }
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: bytes.indices, using: &generator)
            bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        return bytes
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func anyBytesAreRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var receiver = SnapshotReceiver(schema: ReplicationStage(seed: 0).server.schema)
        for _ in 0..<20 {
            let count = Int.random(in: 0...100, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: SnapshotError.self) { try receiver.receive(Datagram(bytes: bytes)) }
        }
        #expect(receiver.entities.isEmpty)
        #expect(receiver.acknowledgement == nil)
        #expect(receiver.statistics.refused == 20)
    }

    @Test func anotherSchemaIsRefused() throws {
        let (_, packets) = try scene(seed: 1)
        var schema = ReplicationSchema()
        _ = schema.register(Ball.self, named: "ball")
        var receiver = SnapshotReceiver(schema: schema)
        for packet in packets {
            #expect(throws: SnapshotError.self) { try receiver.receive(packet) }
        }
    }

    /// Three types of 4, 2 and 12 words and more, so that one's states do not fit another's history.
    private var schema: ReplicationSchema {
        var schema = ReplicationSchema()
        _ = schema.register(Ball.self, named: "ball")
        _ = schema.register(Door.self, named: "door")
        _ = schema.register(Everything.self, named: "everything")
        return schema
    }

    private struct Door: Replicated {
        var isOpen = false
        var opened: UInt32 = 0

        mutating func fields(_ visit: inout some FieldVisitor) {
            visit("isOpen", &isOpen)
            visit("opened", &opened, .unsigned(bits: 32))
        }
    }

    @Test(arguments: 0..<3, 0..<3)
    func aHandleThatComesBackAsAnotherTypeIsAnotherEntity(old: Int, new: Int) throws {
        var receiver = SnapshotReceiver(schema: schema)
        let wordCounts = schema.layouts.map(\.wordCount)
        for forged in ForgedSnapshot.typeChange(from: old, to: new, wordCounts: wordCounts) {
            _ = try receiver.receive(forged)
        }
        let handle = EntityHandle(rawValue: 7)
        #expect(receiver.type(of: handle) == new)
        #expect(receiver.words(of: handle)?.count == wordCounts[new])
        #expect(receiver.newestTick(of: handle) == Tick(number: 301))
        _ = receiver.worldHash
    }

    @Test func statesThatLieAgesApartOverflowNothing() throws {
        var receiver = SnapshotReceiver(schema: schema)
        let wordCounts = schema.layouts.map(\.wordCount)
        for forged in ForgedSnapshot.distantStates(ofType: 0, wordCounts: wordCounts) {
            _ = try receiver.receive(forged)
        }
        #expect(receiver.newestTick == Tick(number: .max))
    }

    @Test func duplicatesAreNoted() throws {
        var (stage, packets) = try scene(seed: 2)
        let packet = try #require(packets.first)
        #expect(try stage.clients[0].receiver.receive(packet) != nil)
        #expect(try stage.clients[0].receiver.receive(packet) == nil)
        #expect(stage.clients[0].receiver.statistics.duplicates == 1)
    }

    /// The newest number wraps around after 65,536 packets without any effect.
    @Test func packetNumbersWrapAround() throws {
        var stage = ReplicationStage(seed: 3)
        stage.addClient(delay: 1...3)
        let spawned = stage.spawnBall()
        let handle = try #require(spawned)
        stage.clients[0].replica.show(handle)
        for tick in 0..<66_000 {
            stage.beginTick()
            if tick.isMultiple(of: 500) { stage.move(handle, by: 0.1) }
            try stage.exchange()
        }
        try stage.settle()
        #expect(stage.clients[0].replica.statistics.packets > 65_536)
        #expect(stage.clients[0].replica.statistics.refusedAcknowledgements == 0)
        #expect(stage.clients[0].replica.statistics.wholeStates <= 4)
    }

    @Test(
        arguments: [
            0, .max, 1, 0xFFFF_FFFF_FFFF_FFFE, 0x8000_0000_0000_0000, 0x00FF_FF00_12FF_0000,
        ] as [UInt64])
    func acknowledgementsRoundTrip(history: UInt64) throws {
        let sent = SnapshotAcknowledgement(newest: 0xABCD, history: history)
        let datagram = try Datagram(encoding: sent)
        var reader = datagram.reader
        #expect(try reader.read(SnapshotAcknowledgement.self) == sent)
        try reader.expectEnd()
        #expect(datagram.count == (history == .max ? 3 : datagram.count))
        for count in 0..<datagram.count {
            var short = datagram.slice(..<count).reader
            #expect(throws: DatagramError.self) { try short.read(SnapshotAcknowledgement.self) }
        }
    }
}

extension SnapshotReceiver {
    /// Receives a packet with the right check, taken from the error for a wrong one.
    fileprivate mutating func receive(
        _ forged: ForgedSnapshot
    ) throws(SnapshotError) -> Arrival? {
        do throws(SnapshotError) {
            return try receive(forged.packet())
        } catch .failedCheck(_, let found) {
            return try receive(forged.packet(check: found))
        } catch {
            throw error
        }
    }
}
