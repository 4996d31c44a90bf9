/// Opens the packets of one direction under one key.
///
/// It knows no replays: the caller's window does. Opening allocates nothing.
package struct OpeningKey: ~Copyable, Sendable {
    private let context: AEADContext

    /// How many packets were opened.
    package private(set) var openedCount: UInt64 = 0
    /// How many packets had a wrong tag.
    package private(set) var failedCount: UInt64 = 0

    /// A key for a direction.
    ///
    /// - Parameters:
    ///   - cipher: The cipher of both ends.
    ///   - key: ``AEADCipher/keyCount`` bytes.
    ///   - iv: ``AEADCipher/ivCount`` bytes.
    package init(cipher: AEADCipher, key: borrowing Secret, iv: borrowing Secret) {
        context = AEADContext(cipher: cipher, key: key, iv: iv, isSealing: false)
    }

    /// Opens a packet in place.
    ///
    /// - Parameters:
    ///   - packet: The header, then the ciphertext, which the plaintext replaces, then the tag.
    ///   - headerCount: How many bytes of it are the header.
    ///   - number: The packet's number.
    /// - Returns: Whether the packet is what the peer sealed. If not, the ciphertext is gone, and
    ///   zeros stand in its place.
    package mutating func open(
        _ packet: inout MutableSpan<UInt8>, headerCount: Int, number: UInt64
    ) -> Bool {
        guard headerCount >= 0, packet.count >= headerCount + AEADCipher.tagCount,
            context.open(&packet, headerCount: headerCount, number: number)
        else {
            failedCount &+= 1
            return false
        }
        openedCount &+= 1
        return true
    }

    /// Opens a packet into other memory, so that memory which packets share is only read.
    ///
    /// - Parameters:
    ///   - packet: The header, the ciphertext, and the tag.
    ///   - headerCount: How many bytes of it are the header.
    ///   - number: The packet's number.
    ///   - plaintext: As many bytes as were sealed: those of the packet without header and tag.
    /// - Returns: Whether the packet is what the peer sealed. If not, the plaintext has zeros.
    package mutating func open(
        _ packet: Span<UInt8>, headerCount: Int, number: UInt64,
        into plaintext: inout MutableSpan<UInt8>
    ) -> Bool {
        let count = packet.count - headerCount - AEADCipher.tagCount
        precondition(count < 0 || plaintext.count == count, "\(plaintext.count) bytes of memory")
        guard headerCount >= 0, count >= 0,
            context.open(packet, headerCount: headerCount, number: number, into: &plaintext)
        else {
            failedCount &+= 1
            return false
        }
        openedCount &+= 1
        return true
    }
}
