/// Whether a character may play, as the store says.
public enum CharacterAccess: UInt8, Hashable, Sendable, CaseIterable {
    /// It may.
    case allowed = 0
    /// Its session was ended by an operator. The next login is allowed.
    case kicked = 1
    /// No login is allowed until an operator pardons the character.
    case banned = 2
    /// Its state failed three times to arrive. No login is allowed until an operator pardons the character.
    case quarantined = 3
}
