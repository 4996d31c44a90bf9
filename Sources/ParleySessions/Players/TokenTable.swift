import ParleyProtocol

/// A player's place by token, by open addressing.
///
/// Tokens are random, so their own bits spread them over the table, and hashing would add nothing. A
/// peer chooses which token it asks for, but not which ones are in the table: at most half of the
/// cells are in use, so a search ends after a few. All 64 bits are compared at once.
struct TokenTable: Sendable {
    private static let smallest = 64

    private var tokens = [UInt64](repeating: 0, count: smallest)
    /// The place of the token in the same cell; -1 for an empty cell.
    private var places = [Int32](repeating: -1, count: smallest)

    /// The place of the player with this token; nil for a token that no player has.
    func place(of token: SessionToken) -> Int? {
        let mask = tokens.count &- 1
        var cell = Int(truncatingIfNeeded: token.rawValue) & mask
        while places[cell] >= 0 {
            if tokens[cell] ^ token.rawValue == 0 { return Int(places[cell]) }
            cell = (cell &+ 1) & mask
        }
        return nil
    }

    /// Makes the table anew: the nth token is that of place n.
    ///
    /// For joining and leaving, which are rare and move the places behind them anyway.
    mutating func rebuild(_ all: some Collection<SessionToken>) {
        var size = Self.smallest
        while size < all.count * 2 { size *= 2 }
        tokens = [UInt64](repeating: 0, count: size)
        places = [Int32](repeating: -1, count: size)
        for (place, token) in all.enumerated() { insert(token, at: place) }
    }

    /// Adds the token of the place behind all others.
    mutating func append(_ token: SessionToken, at place: Int, all: some Collection<SessionToken>) {
        // More than half full, searches grow long.
        guard (place + 1) * 2 <= tokens.count else { return rebuild(all) }
        insert(token, at: place)
    }

    private mutating func insert(_ token: SessionToken, at place: Int) {
        let mask = tokens.count - 1
        var cell = Int(truncatingIfNeeded: token.rawValue) & mask
        while places[cell] >= 0 { cell = (cell + 1) & mask }
        tokens[cell] = token.rawValue
        places[cell] = Int32(place)
    }
}
