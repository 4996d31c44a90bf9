/// The number after `last` in a generation of the realm.
///
/// The incarnations and logins of a generation are above 2³² × (generation − 1). A restored store has forgotten
/// some that it gave, and must not give them again.
private func number(after last: UInt64, inGeneration generation: UInt32) -> UInt64 {
    max(last, lastNumber(beforeGeneration: generation)) &+ 1
}

/// The highest number that an earlier generation may have given.
private func lastNumber(beforeGeneration generation: UInt32) -> UInt64 {
    UInt64(max(generation, 1) - 1) << 32
}

extension Incarnation {
    /// The next life of a zone, in a generation of the realm.
    package func next(inGeneration generation: UInt32) -> Incarnation {
        Incarnation(rawValue: number(after: rawValue, inGeneration: generation))
    }
}

extension LoginNumber {
    /// The next login, kick or ban of a character, in a generation of the realm.
    package func next(inGeneration generation: UInt32) -> LoginNumber {
        LoginNumber(rawValue: number(after: rawValue, inGeneration: generation))
    }

    /// The highest login that a generation before this one may have given.
    package static func last(beforeGeneration generation: UInt32) -> LoginNumber {
        LoginNumber(rawValue: lastNumber(beforeGeneration: generation))
    }
}
