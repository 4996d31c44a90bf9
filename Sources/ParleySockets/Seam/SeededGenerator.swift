/// A generator that gives the same numbers for the same seed, on every machine.
///
/// It serves simulations, tests and chance in a game's rules. A few numbers reveal all that follow, so
/// tokens come from `Network.makeRandomNumberGenerator()` instead. The algorithm is
/// SplitMix64 (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
    @usableFromInline var state: UInt64

    /// A generator of the numbers that belong to `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
