/// What a client is told.
package enum WorldReply: Hashable, Sendable {
    /// Connect to that process. The shell makes a ticket of it.
    case admit(Owner, LoginNumber)
    /// The session stands, but no zone has the character now: ask again after `clientInterval`.
    case wait(LoginNumber)
    /// The session is over, or does not begin.
    case ended(RealmSessionEnd)
}

/// Why a session is over.
package enum RealmSessionEnd: UInt8, Hashable, Sendable, CaseIterable {
    /// A newer login has replaced it.
    case replaced = 0
    /// An operator has ended it.
    case kicked = 1
    /// The character is banned.
    case banned = 2
    /// The character is in quarantine: its state does not arrive.
    case quarantined = 3
    /// There is no such character.
    case unknown = 4
}
