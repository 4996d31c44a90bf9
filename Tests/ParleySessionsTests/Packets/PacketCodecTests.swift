import CAllocationMeter
import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySessions
import Testing

/// Packets as they travel, sealed and plain.
@Suite struct PacketCodecTests {
    @Test(arguments: PacketCipher.allCases)
    func framesArriveBothWays(cipher: PacketCipher) throws {
        var pair = PacketPair(cipher)
        for round in 0..<100 {
            for end in SessionEnd.allCases {
                let text = [UInt8](repeating: UInt8(round), count: round)
                let sent = try pair.send(text, from: end)
                let received = try pair.receive(sent, at: end.peer)
                #expect(received == text)
            }
        }
    }

    /// The bytes of a packet, which other implementations can compare with theirs.
    @Test func goldenBytes() throws {
        var plain = PacketPair(.plain)
        let packet = try plain.send([0xAB, 0xCD], from: .server)
        #expect(packet.bytes == plainBytes)
        var sealed = PacketPair(.aes128GCM)
        #expect(try sealed.send([0xAB, 0xCD], from: .server).bytes == sealedBytes)
    }

    @Test(arguments: PacketCipher.allCases)
    func everyChangeIsFound(cipher: PacketCipher) throws {
        var pair = PacketPair(cipher)
        let packet = try pair.send(Array("snapshot".utf8), from: .server)
        let bytes = packet.bytes
        let tag = bytes.count - pair.tagCount
        pair.scratch.removeAll()
        for bit in 0..<bytes.count * 8 {
            // A token covers nothing but itself.
            if cipher == .plain, bit / 8 < tag { continue }
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: PacketDrop.self) {
                try pair.receive(Datagram(bytes: changed), at: .client)
            }
            #expect(pair.scratch.bytes.allSatisfy { $0 == 0 }, "plaintext of a forged packet")
        }
        for count in 0..<bytes.count {
            #expect(throws: PacketDrop.self) {
                try pair.receive(packet.slice(..<count), at: .client)
            }
        }
        #expect(throws: PacketDrop.self) {
            try pair.receive(Datagram(bytes: bytes + [0]), at: .client)
        }
        #expect(try pair.receive(packet, at: .client) == Array("snapshot".utf8))
        #expect(throws: PacketDrop.duplicate) { try pair.receive(packet, at: .client) }
    }

    @Test(arguments: PacketCipher.allCases)
    func aPacketIsNotItsOwnAnswer(cipher: PacketCipher) throws {
        var pair = PacketPair(cipher)
        let packet = try pair.send([1, 2, 3], from: .client)
        #expect(throws: PacketDrop.forged) { try pair.receive(packet, at: .client) }
    }

    /// Epochs pass by ratchet and by new secrets, and every packet finds its key.
    @Test func keysFollowTheEpochs() throws {
        var pair = PacketPair(.aes128GCM, limits: EpochLimits(packets: 20, age: .seconds(3_600)))
        for round in 0..<400 {
            pair.now += .milliseconds(100)
            if round % 90 == 45 { pair.resume(UInt8(round / 90 + 1)) }
            for end in SessionEnd.allCases {
                let packet = try pair.send([UInt8(round & 255)], from: end)
                #expect(try pair.receive(packet, at: end.peer) == [UInt8(round & 255)])
            }
        }
        #expect(pair.client.sealing.current > 12)
        #expect(pair.server.opening.current == pair.client.sealing.current)
        #expect(pair.server.sealing.base == nil)
    }

    @Test func aLatePacketOfTheEpochBeforeIsOpened() throws {
        var pair = PacketPair(.aes128GCM, limits: EpochLimits(packets: 10, age: .seconds(3_600)))
        var late: [Datagram] = []
        for number: UInt8 in 0..<20 where pair.server.opening.current == 0 {
            pair.now += .milliseconds(500)
            let packet = try pair.send([number], from: .client)
            if number == 3 || number == 4 {
                late.append(packet)
            } else {
                _ = try pair.receive(packet, at: .server)
                _ = try pair.receive(try pair.send([8], from: .server), at: .client)
            }
        }
        #expect(pair.server.opening.current == 1)
        #expect(try pair.receive(late[0], at: .server) == [3])
        pair.now += .seconds(10)
        #expect(throws: PacketDrop.oldEpoch) { try pair.receive(late[1], at: .server) }
    }

    /// A packet under an epoch whose secret this end does not have: it costs nothing, and what was true stays so.
    @Test(arguments: SessionEnd.allCases, [0x04, 0x08, 0x0C] as [UInt8])
    func anEpochWithoutASecretOpensNothing(receiver: SessionEnd, bits: UInt8) throws {
        var pair = PacketPair(.aes128GCM)
        let packet = try pair.send([1], from: receiver.peer)
        var bytes = packet.bytes
        bytes[0] ^= bits
        #expect(throws: PacketDrop.self) { try pair.receive(Datagram(bytes: bytes), at: receiver) }
        #expect(try pair.receive(packet, at: receiver) == [1])
        #expect(pair.server.opening.current == 0 && pair.client.opening.current == 0)
    }

    @Test func receivedBytesAreNotChanged() throws {
        var pair = PacketPair(.aes128GCM)
        let packet = try pair.send([1, 2, 3], from: .client)
        let before = packet.bytes
        _ = try pair.receive(packet, at: .server)
        #expect(packet.bytes == before)
    }

    @Test(arguments: PacketCipher.allCases)
    func allocatesNothingForAPacket(cipher: PacketCipher) throws {
        var pair = PacketPair(cipher)
        let payload = Datagram(bytes: [UInt8](repeating: 9, count: 200))
        for _ in 0..<10 { try pair.exchange(payload) }
        allocation_reset()
        for _ in 0..<100 { try pair.exchange(payload) }
        #expect(allocation_bytes() == 0)
    }
}

/// An acknowledgement of packet 1 and the one before, and a snapshot of two bytes.
private let plainBytes: [UInt8] = [
    0x10, 0x45, 0x23, 0x81, 0x67, 0x00, 0x00, 0x00, 0x05, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08, 0xAB, 0xCD,
    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
]

/// The same, sealed by Python's `cryptography` under keys that it derived.
private let sealedBytes: [UInt8] = [
    0x10, 0x45, 0x23, 0x81, 0x67, 0x00, 0x00, 0x00, 0x7A, 0x07, 0x5C, 0xF1,
    0x43, 0x22, 0x4C, 0x3C, 0xCC, 0xFB, 0x8C, 0x1C, 0xC7, 0xE6, 0x1B, 0xF6,
    0x29, 0xB6, 0xE3, 0x9F, 0x9E, 0x9B, 0x7F, 0x71, 0x21, 0xDB, 0xF0, 0x6E,
    0x28, 0x46, 0x11, 0x0A,
]
