public import ParleyHandoff

/// What became of a call to the store.
///
/// Only ``unknown(_:)`` leaves anything open. The same call, made again, settles it: every call of the store can
/// be repeated.
public enum StoreOutcome<Done: Sendable>: Sendable {
    /// It took place, now or when the same call was made before.
    case done(Done)
    /// It did not take place, and why.
    case refused(StoreRefusal)
    /// It may have taken place, or may yet.
    case unknown(UnknownOutcome)
}

extension StoreOutcome: Equatable where Done: Equatable {}

extension StoreOutcome {
    /// What was done; nil if it was not, or if that is unknown.
    public var value: Done? {
        if case .done(let value) = self { value } else { nil }
    }
}

/// Why the outcome of a call is not known.
public enum UnknownOutcome: Hashable, Sendable {
    /// The answer was lost, or did not come in time.
    case noAnswer
    /// The file did not take the commit: its words. What a crash now leaves is not known.
    case commitFailed(String)
    /// The database took the commit, and cannot say that its standby has it, or that it will keep it: its words.
    case notReplicated(String)
    /// The waiting task was cancelled.
    case cancelled
}

/// Why the store did not do what a call asks for, and what is so now.
public enum StoreRefusal: Error, Hashable {
    /// There is no such character.
    case noSuchCharacter(CharacterID)
    /// The caller does not own the character: the row as it is.
    case notOwner(CharacterRecord)
    /// A higher login, a kick or a ban has ended the caller's session.
    case replaced(CharacterRecord)
    /// The character is in a zone already.
    case alreadyInside(CharacterRecord)
    /// The character is set aside until an operator releases it.
    case quarantined(CharacterRecord)
    /// The owner of the character is alive.
    case ownerAlive(CharacterRecord)
    /// The zone's name belongs to a process that is not known to be dead.
    case zoneHeld(ZoneRecord)
    /// The zone does not take players, or the caller is not the life that has its name.
    case zoneNotReady(ZoneName, ZoneRecord?)
    /// A newer checkpoint of the zone is stored: its moment.
    case outdated(moment: UInt64)
    /// The realm's generation is another one.
    case generation(UInt32)
    /// A deal takes from a holder for which its caller does not act.
    case notEntitled(Holder)
    /// The call contradicts itself: what it breaks.
    case malformed(String)
    /// The name has an account.
    case nameTaken(AccountName)
    /// There is no account of the name, or the secret is not its own. Which of both is not said.
    case notAuthenticated
    /// Too many wrong passwords were sent to the account, or from the network: when the next one is taken.
    case tooManyPasswords(seconds: Int64)
    /// The store is overloaded: this many calls wait. Nothing was done.
    case overloaded(waiting: Int)
    /// The disk, or the file's largest size, is full. Nothing was done.
    case storageFull(String)
    /// The store failed, or is closed. Nothing was done.
    case unavailable(String)
}

extension StoreRefusal: CustomStringConvertible {
    /// A sentence for a log.
    public var description: String {
        switch self {
        case .noSuchCharacter(let character): "there is no \(character)"
        case .notOwner(let now): "not the owner: \(now.character) is \(Self.place(now))"
        case .replaced(let now):
            "\(now.character) has \(now.login), and is \(now.access)"
        case .alreadyInside(let now): "\(now.character) is \(Self.place(now))"
        case .quarantined(let now): "\(now.character) is in quarantine"
        case .ownerAlive(let now): "the owner is alive: \(now.character) is \(Self.place(now))"
        case .zoneHeld(let now): "the name belongs to \(now.life), which is at beat \(now.beat)"
        case .zoneNotReady(let zone, let now):
            "zone \(zone) \(now.map { "is \($0.phase) as \($0.life)" } ?? "is not registered")"
        case .outdated(let moment): "a checkpoint of moment \(moment) is stored"
        case .generation(let now): "the realm is in generation \(now)"
        case .notEntitled(let holder): "the caller does not act for \(holder)"
        case .malformed(let reason): "the call is malformed: \(reason)"
        case .nameTaken(let name): "“\(name)” has an account"
        case .notAuthenticated: "the name or the secret is wrong"
        case .tooManyPasswords(let seconds):
            "too many wrong passwords: the next one is taken in \(seconds) s"
        case .overloaded(let waiting): "the store is overloaded: \(waiting) calls wait"
        case .storageFull(let reason): "the store is full: \(reason)"
        case .unavailable(let reason): "the store is unavailable: \(reason)"
        }
    }

    private static func place(_ record: CharacterRecord) -> String {
        record.owner.map { "in \($0)" } ?? "out, \(record.epoch)"
    }
}
