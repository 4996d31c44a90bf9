import ParleyDatagrams
import ParleyProtocol
import ParleyWorld
import TestSupport

extension FuzzTarget {
    /// A client's snapshot packets: a byte that says whether checks are corrected, so that packets they
    /// would stop go on, and then the packets with their lengths.
    static let snapshots = FuzzTarget("snapshots", share: 3, corpus: snapshotCorpus) { input in
        var choices = Choices(input)
        let mends = choices.byte() & 1 == 1
        var limits = SnapshotReceiver.Limits()
        limits.entityCount = 100
        var receiver = SnapshotReceiver(schema: FuzzedWorld.schema, limits: limits)
        for packet in FuzzedWorld.packets(in: choices.data) {
            let before = receiver
            let arrival: SnapshotReceiver.Arrival??
            if mends {
                arrival = try decoded { () throws(SnapshotError) in
                    try receiver.receiveMended(packet)
                }
            } else {
                arrival = try decoded { () throws(SnapshotError) in try receiver.receive(packet) }
            }
            guard case .some(.some(let arrival)) = arrival else {
                try expectSame(before, receiver)
                continue
            }
            try check(receiver, after: arrival)
        }
    }

    /// A handle that comes back as another type, and states that lie ages apart.
    private static let lies: [[UInt8]] = {
        let wordCounts = FuzzedWorld.schema.layouts.map(\.wordCount)
        return [
            ForgedSnapshot.typeChange(from: 0, to: 1, wordCounts: wordCounts),
            ForgedSnapshot.typeChange(from: 1, to: 2, wordCounts: wordCounts),
            ForgedSnapshot.typeChange(from: 2, to: 0, wordCounts: wordCounts),
            ForgedSnapshot.distantStates(ofType: 1, wordCounts: wordCounts),
        ].map { forged in [1] + FuzzedWorld.input(of: forged.map { $0.packet() }) }
    }()

    /// A packet that was refused, or had arrived before, changed counts alone.
    private static func expectSame(
        _ before: SnapshotReceiver, _ after: SnapshotReceiver
    ) throws {
        try expect(
            after.worldHash == before.worldHash && after.heldStates == before.heldStates
                && after.acknowledgement == before.acknowledgement
                && after.newestTick == before.newestTick,
            "a packet that was not taken changed what is known")
    }

    private static func check(
        _ receiver: SnapshotReceiver, after arrival: SnapshotReceiver.Arrival
    ) throws {
        try expect(receiver.acknowledgement != nil, "what came is not acknowledged")
        try expect(
            arrival.spawned.count <= 100 && receiver.entities.count <= 100,
            "\(receiver.entities.count) entities, of 100 at the most")
        try expect(receiver.heldStates <= 100 * 66, "\(receiver.heldStates) states are held")
        for handle in arrival.updated {
            try expect(receiver.contains(handle), "\(handle) was updated and is not there")
            let tick = (receiver.newestTick(of: handle)?.number).map(Double.init) ?? 0
            for moment in [0, tick - 0.5, tick + 3, .nan, .infinity] {
                read(FuzzedWorld.entities, of: handle, at: moment, from: receiver)
                read(FuzzedWorld.doors, of: handle, at: moment, from: receiver)
                read(FuzzedWorld.markers, of: handle, at: moment, from: receiver)
            }
        }
    }

    private static func read<Entity: Replicated>(
        _ type: EntityType<Entity>, of handle: EntityHandle, at moment: Double,
        from receiver: SnapshotReceiver
    ) {
        _ = receiver.state(
            of: handle, as: type, at: moment, tickDuration: 1 / 60, extrapolation: 2)
    }

    /// A client's acknowledgements, between the server's ticks.
    static let acknowledgements = FuzzTarget(
        "acknowledgements", share: 1, workspace: 16 * 1024 * 1024,
        corpus: [
            [0, 0, 0, 1, 0, 0xFE, 0xFF, 0], [2, 0, 1, 1, 0, 0, 0, 5, 2, 0, 0x01, 0xFE, 1],
            [0, 0, 0, 0, 1, 3, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 4], [0, 1, 0xFF, 0xFF, 0xFF],
        ]
    ) { input in
        var reader = Datagram(embedded: input).reader
        var world = FuzzedWorld(entities: 6)
        while let operation = try? reader.read(UInt8.self) {
            if operation & 1 == 0 {
                // What the server itself takes is not what the bytes have to pay for.
                guard world.number < 100 else { return }
                let packets = world.tick(changing: Int(operation >> 1) % 6)
                try expect(
                    packets.allSatisfy { $0.count <= world.server.packetSize },
                    "a packet is longer than allowed")
            } else {
                let before = reader
                let acknowledgement = try decoded { () throws(DatagramError) in
                    try reader.read(SnapshotAcknowledgement.self)
                }
                guard let acknowledgement else {
                    try expect(reader.offset == before.offset, "an error moved the reader")
                    continue
                }
                let again: SnapshotAcknowledgement =
                    try Datagram(encoding: acknowledgement).decoded()
                try expect(again == acknowledgement, "\(acknowledgement) is \(again)")
                world.client.receive(acknowledgement)
            }
            try expect(world.client.unsettledPackets <= 64, "more than 64 packets are kept")
        }
    }

    private static let snapshotCorpus: [[UInt8]] =
        lies
        + [0, 1].flatMap { mends -> [[UInt8]] in
            [1, 4].flatMap { count -> [[UInt8]] in
                let packets = FuzzedWorld.history(entities: count, ticks: 6)
                return [packets, packets.reversed(), packets + packets.suffix(2)].map {
                    [UInt8(mends)] + FuzzedWorld.input(of: $0)
                }
            }
        }
}

extension SnapshotReceiver {
    /// Takes a packet; one whose check is all that is wrong gets the right one, which only a server
    /// that lies would give it.
    fileprivate mutating func receiveMended(
        _ packet: Datagram
    ) throws(SnapshotError) -> Arrival? {
        do throws(SnapshotError) {
            return try receive(packet)
        } catch .failedCheck(_, let found) {
            // It ends the packet, but for up to seven bits that fill the last byte.
            for spare in 0..<8 {
                let start = packet.count * 8 - 16 - spare
                let bytes = packet.bytes.replacing(bits: start, by: found)
                if let arrival = try? receive(Datagram(embedded: bytes)) { return arrival }
            }
            throw .failedCheck(expected: 0, found: found)
        } catch {
            throw error
        }
    }
}

extension [UInt8] {
    /// These bytes with 16 bits replaced, the lowest first.
    fileprivate func replacing(bits start: Int, by value: UInt16) -> [UInt8] {
        var bytes = self
        for bit in 0..<16 where start + bit >= 0 {
            let mask: UInt8 = 1 << UInt8((start + bit) & 7)
            let isSet = value >> UInt16(bit) & 1 == 1
            bytes[(start + bit) >> 3] = bytes[(start + bit) >> 3] & ~mask | (isSet ? mask : 0)
        }
        return bytes
    }
}
