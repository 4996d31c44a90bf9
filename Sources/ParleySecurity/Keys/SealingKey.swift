/// A packet could not be sealed. None of its bytes changed.
package enum SealingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key has sealed as many packets as it may: the next key is due.
    case keyExhausted(afterPackets: UInt64)
    /// The number is not above the last one, so its nonce may have been used.
    case numberReused(UInt64, next: UInt64)
    /// The header and the tag do not fit into the packet.
    case tooShort(count: Int, minimum: Int)

    package var description: String {
        switch self {
        case .keyExhausted(let count): "the key has sealed \(count) packets: it needs a successor"
        case .numberReused(let number, let next):
            "packet number \(number) was used: the next one is at least \(next)"
        case .tooShort(let count, let minimum):
            "a packet of \(count) bytes: its header and tag need \(minimum)"
        }
    }
}

/// Seals the packets of one direction under one key.
///
/// It never uses a nonce twice: packet numbers only rise. Sealing allocates nothing.
package struct SealingKey: ~Copyable, Sendable {
    /// The most packets that one key seals: the confidentiality limit of AES-GCM for packets of at
    /// most 2,048 bytes (RFC 9001, appendix B.1).
    package static let mostPackets: UInt64 = 1 << 28

    private let context: AEADContext
    private let limit: UInt64

    /// The lowest number that the next packet may have.
    package private(set) var nextNumber: UInt64 = 0
    /// How many packets were sealed under this key.
    package private(set) var sealedCount: UInt64 = 0

    /// A key for a direction.
    ///
    /// - Parameters:
    ///   - cipher: The cipher of both ends.
    ///   - key: ``AEADCipher/keyCount`` bytes.
    ///   - iv: ``AEADCipher/ivCount`` bytes.
    ///   - limit: Refuses to seal more packets than this.
    package init(
        cipher: AEADCipher, key: borrowing Secret, iv: borrowing Secret,
        limit: UInt64 = SealingKey.mostPackets
    ) {
        context = AEADContext(cipher: cipher, key: key, iv: iv, isSealing: true)
        self.limit = min(limit, Self.mostPackets)
    }

    /// Seals a packet in place.
    ///
    /// - Parameters:
    ///   - packet: The header, then the plaintext, then 16 bytes that the tag replaces.
    ///   - headerCount: How many bytes of it stay readable. The tag covers them too.
    ///   - number: The packet's number, above that of every packet before.
    package mutating func seal(
        _ packet: inout MutableSpan<UInt8>, headerCount: Int, number: UInt64
    ) throws(SealingError) {
        let minimum = headerCount + AEADCipher.tagCount
        guard headerCount >= 0, packet.count >= minimum else {
            throw .tooShort(count: packet.count, minimum: minimum)
        }
        guard number >= nextNumber else { throw .numberReused(number, next: nextNumber) }
        guard sealedCount < limit, number < .max else {
            throw .keyExhausted(afterPackets: sealedCount)
        }
        nextNumber = number + 1
        sealedCount += 1
        let isSealed = context.seal(&packet, headerCount: headerCount, number: number)
        precondition(isSealed, "OpenSSL failed to seal a packet")
    }
}
