/// What the store is asked about zones and characters.
///
/// Each request is idempotent: a repetition of one that was done is answered "done" again, by its mark. So a
/// call whose answer was lost is repeated as it was, through any world server.
package enum OwnershipRequest: Hashable, Sendable {
    /// A process asks to be the zone of that name.
    case register(ZoneName, mark: UInt64)
    /// A zone's heartbeat; the zone counts them.
    case beat(ZoneProcess, number: UInt64)
    /// A zone asks that nobody else be sent to it.
    case drain(ZoneProcess)
    /// A world server declares a process gone whose last heartbeat is this one; nil on a supervisor's word.
    case retire(ZoneProcess, beat: UInt64?)
    /// `Out(n)` → `In(zone, n+1)`.
    case enter(CharacterID, LoginNumber, ZoneProcess, mark: UInt64)
    /// `In(A, n)` → `In(B, n+1)`, with the seal.
    case commit(HandoffID, Owner, to: ZoneProcess, SealedPlayer)
    /// `In(A, n)` → `In(A, n+1)`: afterwards no commit of epoch n can come true.
    case stay(CharacterID, Owner, mark: UInt64)
    /// `In(A, n)` → `Out(n+1)`, with the last state.
    case leave(CharacterID, Owner, mark: UInt64, SealedPlayer)
    /// `In(A, n)` → `Out(n+1)`, because the state could not be put into the world.
    case fail(CharacterID, Owner, mark: UInt64)
    /// `In(A, n)` → `In(B, n+1)`, or `Out(n+1)`, from the stored state, where A's process is gone.
    case recover(CharacterID, Owner, to: ZoneProcess?, mark: UInt64)
    /// Is this still the owner?
    case fence(CharacterID, Owner)
    /// The owner's state of now.
    case checkpoint(CharacterID, Owner, SealedPlayer)
    /// A durable effect, once for its name.
    case perform(OperationID, CharacterID, Owner)
    /// A player has proved who they are.
    case login(CharacterID)
    /// An operator ends the session.
    case kick(CharacterID)
    /// An operator ends the session and forbids the next.
    case ban(CharacterID)
    /// An operator takes a ban or a quarantine back.
    case pardon(CharacterID)
    /// Where is the character?
    case look(CharacterID)
    /// All rows that a world server watches.
    case survey
    /// An operator has restored the store from a backup.
    case raiseGeneration
}
