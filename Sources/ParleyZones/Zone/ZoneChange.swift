package import ParleyHandoff

/// What the next tick does with a character, as the store has decided.
package enum ZoneChange: Hashable, Sendable {
    /// Put it in.
    case arrive(GrantedPlayer, isCrossing: Bool)
    /// Put the sealed body in again: it stays.
    case putBack(CharacterID, SealedPlayer, Owner)
    /// Take it out, if it is in: the zone does not hold it any more.
    case release(CharacterID)

    /// The character that it puts in; nil if it takes one out.
    var arrival: CharacterID? {
        switch self {
        case .arrive(let granted, _): granted.character
        case .putBack(let character, _, _): character
        case .release: nil
        }
    }
}

/// What becomes of a character at the end of a tick.
package enum ZoneJudgement: Hashable, Sendable {
    /// It stays.
    case stay
    /// It stays, and its state is written.
    case checkpoint
    /// It crosses a border.
    case cross
    /// It leaves the realm.
    case leave
}
