/// The direction in which packets travel.
package enum TrafficDirection: UInt8, Sendable, CaseIterable {
    /// From the client to the server.
    case toServer = 0
    /// From the server to the client.
    case toClient = 1
}

/// The secret from which the keys of one direction of a session are derived, for one epoch.
///
/// ```
/// secret    = HKDF-Extract(salt: the client's random bytes, the server's random bytes)
/// direction = HKDF-Expand(secret, "parley/1 traffic" direction session cipher, 32)
/// key, iv   = HKDF-Expand(direction, "parley/1 key", …), HKDF-Expand(direction, "parley/1 iv", 12)
/// next      = HKDF-Expand(direction, "parley/1 next", 32)
/// ```
///
/// `direction` and `cipher` are one byte each, `session` is four, the highest first. The secret of the
/// next epoch does not give away this one (RFC 9001, section 6).
package struct TrafficSecret: ~Copyable, Sendable {
    /// How many random bytes each end gives.
    package static let randomCount = 32

    /// The cipher of the keys.
    package let cipher: AEADCipher
    private var secret: Secret

    /// The secret of a session's first epoch.
    ///
    /// - Parameters:
    ///   - clientRandom: The 32 bytes of the client's hello.
    ///   - serverRandom: The 32 bytes of the server's welcome.
    ///   - direction: Each has its own keys.
    ///   - session: The session's number.
    ///   - cipher: The cipher of both ends.
    package init(
        clientRandom: Span<UInt8>, serverRandom: Span<UInt8>, direction: TrafficDirection,
        session: UInt32, cipher: AEADCipher
    ) {
        precondition(
            clientRandom.count == Self.randomCount && serverRandom.count == Self.randomCount)
        var info = Array("parley/1 traffic".utf8)
        info.append(direction.rawValue)
        for shift in [24, 16, 8, 0] { info.append(UInt8(truncatingIfNeeded: session >> shift)) }
        info.append(cipher.rawValue)
        let root = HKDF.extract(salt: clientRandom, input: serverRandom)
        secret = HKDF.expand(root, info: info.span, count: SHA256.count)
        self.cipher = cipher
    }

    /// Goes on to the next epoch. The old secret is overwritten.
    package mutating func ratchet() {
        secret = derive("parley/1 next", count: SHA256.count)
    }

    /// The key that seals this direction's packets in this epoch.
    package borrowing func sealingKey(limit: UInt64 = SealingKey.mostPackets) -> SealingKey {
        SealingKey(
            cipher: cipher, key: derive("parley/1 key", count: cipher.keyCount),
            iv: derive("parley/1 iv", count: AEADCipher.ivCount), limit: limit)
    }

    /// The key that opens this direction's packets in this epoch.
    package borrowing func openingKey() -> OpeningKey {
        OpeningKey(
            cipher: cipher, key: derive("parley/1 key", count: cipher.keyCount),
            iv: derive("parley/1 iv", count: AEADCipher.ivCount))
    }

    private borrowing func derive(_ purpose: String, count: Int) -> Secret {
        HKDF.expand(secret, info: Array(purpose.utf8).span, count: count)
    }
}
