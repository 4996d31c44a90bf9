/// What the store has decided: done, or refused with what is now so.
package enum OwnershipAnswer: Hashable, Sendable {
    /// To a request about a zone's process.
    case zone(ZoneAnswer)
    /// To a request about a character.
    case character(CharacterAnswer)
    /// To a survey.
    case survey(OwnershipSurvey)
    /// The realm's generation of now.
    case generation(UInt32)
}

/// The answer to a request about a zone's process.
package struct ZoneAnswer: Hashable, Sendable {
    /// The requests about processes.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case register = 0
        case beat = 1
        case drain = 2
        case retire = 3
    }

    /// What was asked.
    package var kind: Kind
    /// The process; of a registration, the new one if it was done, otherwise the one in its way.
    package var process: ZoneProcess
    /// The mark of a registration, the number of a heartbeat; otherwise 0.
    package var mark: UInt64
    /// Whether it was done.
    package var isDone: Bool
    /// The characters of the zone whose sessions have been ended by an operator, with the login that did it.
    package var ended: [EndedSession]

    package init(
        _ kind: Kind, _ process: ZoneProcess, mark: UInt64 = 0, isDone: Bool,
        ended: [EndedSession] = []
    ) {
        self.kind = kind
        self.process = process
        self.mark = mark
        self.isDone = isDone
        self.ended = ended
    }
}

/// A session that an operator has ended.
package struct EndedSession: Hashable, Sendable {
    /// Whose session.
    package var character: CharacterID
    /// The number of the kick or ban: sessions of lower numbers are over.
    package var login: LoginNumber

    package init(_ character: CharacterID, _ login: LoginNumber) {
        self.character = character
        self.login = login
    }
}

/// The answer to a request about a character.
package struct CharacterAnswer: Hashable, Sendable {
    /// The requests about characters.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case enter = 0
        case commit = 1
        case stay = 2
        case leave = 3
        case fail = 4
        case recover = 5
        case fence = 6
        case checkpoint = 7
        case perform = 8
        case login = 9
        case kick = 10
        case ban = 11
        case pardon = 12
        case look = 13
    }

    /// What was asked.
    package var kind: Kind
    /// Of whom.
    package var character: CharacterID
    /// The mark of the request, or 0 if it has none.
    package var mark: UInt64
    /// Whether it was done.
    package var isDone: Bool
    /// What is now so; nil if there is no such character.
    package var now: Standing?
    /// The stored state, where the character is put into a zone.
    package var stored: SealedPlayer?

    package init(
        _ kind: Kind, _ character: CharacterID, mark: UInt64 = 0, isDone: Bool, now: Standing?,
        stored: SealedPlayer? = nil
    ) {
        self.kind = kind
        self.character = character
        self.mark = mark
        self.isDone = isDone
        self.now = now
        self.stored = stored
    }
}
