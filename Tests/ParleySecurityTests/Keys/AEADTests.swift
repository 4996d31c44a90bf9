import CAllocationMeter
import ParleySecurity
import Testing

/// What sealing and opening refuse.
@Suite struct AEADTests {
    private func keys(
        _ cipher: AEADCipher, limit: UInt64 = SealingKey.mostPackets,
        _ body: (inout SealingKey, inout OpeningKey) throws -> Void
    ) rethrows {
        let key = Secret([UInt8](repeating: 7, count: cipher.keyCount))
        let iv = Secret([UInt8](repeating: 9, count: AEADCipher.ivCount))
        var sealing = SealingKey(cipher: cipher, key: key, iv: iv, limit: limit)
        var opening = OpeningKey(cipher: cipher, key: key, iv: iv)
        try body(&sealing, &opening)
    }

    private let header: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    private let text = Array("snapshot 4711".utf8)

    @Test(arguments: AEADCipher.allCases)
    func everyFlippedBitIsFound(cipher: AEADCipher) throws {
        try keys(cipher) { sealing, opening in
            let packet = try sealing.sealed(header: header, text, number: 77)
            for bit in 0..<packet.count * 8 {
                var changed = packet
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                var rest: [UInt8] = []
                let opened = opening.opened(changed, headerCount: 8, number: 77, rest: &rest)
                #expect(opened == nil, "bit \(bit)")
                // The plaintext of a forged packet is not left in the buffer.
                #expect(rest[8..<8 + text.count].allSatisfy { $0 == 0 }, "bit \(bit)")
            }
            #expect(opening.failedCount == UInt64(packet.count * 8))
            #expect(opening.opened(packet, headerCount: 8, number: 77) == text)
        }
    }

    @Test(arguments: AEADCipher.allCases)
    func everyTruncationAndExtensionIsFound(cipher: AEADCipher) throws {
        try keys(cipher) { sealing, opening in
            let packet = try sealing.sealed(header: header, text, number: 0)
            for count in 0..<packet.count {
                let opened = opening.opened(Array(packet[..<count]), headerCount: 8, number: 0)
                #expect(opened == nil, "\(count) bytes")
            }
            #expect(opening.opened(packet + [0], headerCount: 8, number: 0) == nil)
        }
    }

    @Test(arguments: AEADCipher.allCases)
    func anotherNumberKeyOrHeaderIsFound(cipher: AEADCipher) throws {
        try keys(cipher) { sealing, opening in
            let packet = try sealing.sealed(header: header, text, number: 1 << 40)
            for number: UInt64 in [0, 1 << 40 - 1, 1 << 40 + 1, 1 << 41, .max] {
                #expect(opening.opened(packet, headerCount: 8, number: number) == nil)
            }
            #expect(opening.opened(packet, headerCount: 7, number: 1 << 40) == nil)
            let other = Secret([UInt8](repeating: 8, count: cipher.keyCount))
            let iv = Secret([UInt8](repeating: 9, count: AEADCipher.ivCount))
            var otherKey = OpeningKey(cipher: cipher, key: other, iv: iv)
            #expect(otherKey.opened(packet, headerCount: 8, number: 1 << 40) == nil)
            #expect(opening.opened(packet, headerCount: 8, number: 1 << 40) == text)
        }
    }

    /// The received bytes stay as they are, and no plaintext of a forged packet is left.
    @Test(arguments: AEADCipher.allCases)
    func opensIntoOtherMemory(cipher: AEADCipher) throws {
        try keys(cipher) { sealing, opening in
            let packet = try sealing.sealed(header: header, text, number: 3)
            var plaintext = [UInt8](repeating: 0xEE, count: text.count)
            var memory = plaintext.mutableSpan
            let isOpen = opening.open(packet.span, headerCount: 8, number: 3, into: &memory)
            #expect(isOpen)
            #expect(plaintext == text)
            var forged = packet
            forged[9] ^= 1
            var other = plaintext.mutableSpan
            let isForged = opening.open(forged.span, headerCount: 8, number: 3, into: &other)
            #expect(!isForged)
            #expect(plaintext.allSatisfy { $0 == 0 })
            var none = MutableSpan<UInt8>()
            let short = Array(packet[..<20])
            let isShort = opening.open(short.span, headerCount: 8, number: 3, into: &none)
            #expect(!isShort)
            #expect(opening.failedCount == 2)
        }
    }

    @Test func noNumberIsSealedTwice() throws {
        try keys(.aes128GCM) { sealing, _ in
            _ = try sealing.sealed(header: header, text, number: 5)
            for number: UInt64 in [0, 4, 5] {
                #expect(throws: SealingError.numberReused(number, next: 6)) {
                    try sealing.sealed(header: header, text, number: number)
                }
            }
            _ = try sealing.sealed(header: header, text, number: 6)
        }
    }

    @Test func aKeySealsOnlySoManyPackets() throws {
        #expect(SealingKey.mostPackets == 1 << 28)
        try keys(.aes128GCM, limit: 3) { sealing, _ in
            for number: UInt64 in 0..<3 {
                _ = try sealing.sealed(header: header, text, number: number)
            }
            var packet = header + text + [UInt8](repeating: 0, count: 16)
            let before = packet
            var span = packet.mutableSpan
            #expect(throws: SealingError.keyExhausted(afterPackets: 3)) {
                try sealing.seal(&span, headerCount: 8, number: 3)
            }
            #expect(packet == before)
        }
    }

    @Test func aPacketNeedsRoomForItsTag() {
        keys(.aes128GCM) { sealing, _ in
            var packet = [UInt8](repeating: 0, count: 23)
            var span = packet.mutableSpan
            #expect(throws: SealingError.tooShort(count: 23, minimum: 24)) {
                try sealing.seal(&span, headerCount: 8, number: 0)
            }
        }
    }

    @Test(arguments: AEADCipher.allCases)
    func allocatesNothingForAPacket(cipher: AEADCipher) throws {
        try keys(cipher) { sealing, opening in
            var packet = header + [UInt8](repeating: 3, count: 200 + AEADCipher.tagCount)
            var forged = header + [UInt8](repeating: 4, count: 200 + AEADCipher.tagCount)
            var isRight = true
            func round(_ number: UInt64) throws {
                var span = packet.mutableSpan
                try sealing.seal(&span, headerCount: 8, number: number)
                isRight = opening.open(&span, headerCount: 8, number: number) && isRight
                var wrong = forged.mutableSpan
                isRight = !opening.open(&wrong, headerCount: 8, number: number) && isRight
            }
            // What comes first pays for what the runtime and OpenSSL make once. A loop over a range
            // of UInt64 allocates where it is not optimised, so there is none.
            try round(0)
            var number: UInt64 = 1
            let count = try allocations {
                while number <= 100 {
                    try round(number)
                    number += 1
                }
            }
            #expect(count == 0)
            #expect(isRight)
        }
    }

    /// How many bytes a body allocates on this thread.
    private func allocations(_ body: () throws -> Void) rethrows -> Int64 {
        allocation_reset()
        try body()
        return allocation_bytes()
    }
}
