internal import Synchronization

/// Seals messages under one AES-256-GCM key, each with a random nonce of 96 bits: for what one server seals and
/// another one opens, where neither counts what the other has seen.
///
/// A sealed message is the nonce, the ciphertext and the tag. Any thread may use a sealer.
package final class RandomNonceSealer: Sendable, CustomStringConvertible {
    private struct Contexts: ~Copyable, Sendable {
        let sealing: AEADContext
        let opening: AEADContext
        var sealedCount: UInt64 = 0
    }

    /// The length of a key, in bytes.
    package static let keyCount = 32
    /// How much longer a sealed message is than the plain one, in bytes.
    package static let overhead = AEADCipher.ivCount + AEADCipher.tagCount
    /// The most messages of one sealer. A key may seal 2³² with random nonces (NIST SP 800-38D, 8.3), and sixteen
    /// sealers of one key stay below that: processes that share it, or one that starts again.
    package static let mostMessages: UInt64 = 1 << 28

    private let contexts: Mutex<Contexts>
    private let limit: UInt64

    /// A sealer under a key.
    ///
    /// - Parameters:
    ///   - key: ``keyCount`` bytes. The sealer keeps no copy of them, only OpenSSL's expanded key.
    ///   - limit: Refuses to seal more messages than this.
    package init(key: borrowing Secret, limit: UInt64 = RandomNonceSealer.mostMessages) {
        contexts = Mutex(
            Contexts(
                sealing: AEADContext(aes256: key, isSealing: true),
                opening: AEADContext(aes256: key, isSealing: false)))
        self.limit = min(limit, Self.mostMessages)
    }

    /// Does not show the key.
    package var description: String { "an AES-256-GCM sealer" }

    /// Seals a message.
    ///
    /// - Parameters:
    ///   - plain: The message.
    ///   - context: What the tag covers, too, and the opener must know.
    package func seal(_ plain: Span<UInt8>, context: Span<UInt8>) throws(SealingError) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: AEADCipher.ivCount)
        var bytes = nonce.mutableSpan
        RandomBytes.fill(&bytes)
        return try seal(plain, context: context, nonce: nonce)
    }

    /// Seals a message under a nonce that the caller has not used before: for published vectors.
    package func seal(_ plain: Span<UInt8>, context: Span<UInt8>, nonce: [UInt8])
        throws(SealingError) -> [UInt8]
    {
        // OpenSSL seals in place, behind what the tag covers.
        var packet: [UInt8] = []
        packet.reserveCapacity(context.count + plain.count + AEADCipher.tagCount)
        for index in context.indices { packet.append(context[index]) }
        for index in plain.indices { packet.append(plain[index]) }
        packet.append(contentsOf: repeatElement(0, count: AEADCipher.tagCount))
        let headerCount = context.count
        let sealed: [UInt8]? = contexts.withLock { contexts in
            guard contexts.sealedCount < limit else { return nil }
            contexts.sealedCount += 1
            contexts.sealing.setNonce(nonce.span)
            var bytes = packet.mutableSpan
            let isSealed = contexts.sealing.seal(&bytes, headerCount: headerCount, number: 0)
            precondition(isSealed, "OpenSSL failed to seal a message")
            return nonce + packet[headerCount...]
        }
        guard let sealed else { throw .keyExhausted(afterPackets: limit) }
        return sealed
    }

    /// The plain message; nil if it was not sealed under this key, with this context.
    package func open(_ sealed: Span<UInt8>, context: Span<UInt8>) -> [UInt8]? {
        guard sealed.count >= Self.overhead else { return nil }
        let nonce = sealed.extracting(first: AEADCipher.ivCount)
        let headerCount = context.count
        var packet: [UInt8] = []
        packet.reserveCapacity(headerCount + sealed.count)
        for index in context.indices { packet.append(context[index]) }
        for index in AEADCipher.ivCount..<sealed.count { packet.append(sealed[index]) }
        var bytes = packet.mutableSpan
        let isOpened = contexts.withLock { contexts in
            contexts.opening.setNonce(nonce)
            return contexts.opening.open(&bytes, headerCount: headerCount, number: 0)
        }
        return isOpened ? Array(packet[headerCount..<packet.count - AEADCipher.tagCount]) : nil
    }
}
