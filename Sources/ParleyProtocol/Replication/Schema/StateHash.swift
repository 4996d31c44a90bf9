/// Hashes of quantised states, which add up to the hash of a world.
///
/// Every state that is sent has one, so it works on words (multiply and rotate, as in FxHash). Like
/// ``StableHash`` it is the same everywhere, and resists accidents, not attackers.
enum StateHash {
    /// The hash of an entity's state. Sums of these do not depend on any order.
    static func of(_ words: Span<UInt32>, handle: EntityHandle, type: Int) -> UInt64 {
        var hash = mix(UInt64(handle.rawValue), UInt64(truncatingIfNeeded: type) &+ 1)
        for index in words.indices { hash = mix(hash, UInt64(words[index])) }
        return hash
    }

    /// The hash of a record that ends an alias.
    static func ofDespawn(alias: Int) -> UInt64 {
        mix(UInt64(truncatingIfNeeded: alias), 0)
    }

    /// The hash of a packet's header.
    static func ofHeader(sequence: UInt16, tick: Tick, count: Int, schema: UInt64) -> UInt64 {
        let place = UInt64(sequence) << 48 ^ UInt64(tick.number) << 16
        return mix(schema, place ^ UInt64(truncatingIfNeeded: count))
    }

    /// The 16 bits that a packet carries of the sum of all its hashes.
    static func check(_ sum: UInt64) -> UInt64 {
        mix(sum, 0) >> 48
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }
}
