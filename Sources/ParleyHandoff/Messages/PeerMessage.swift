package import ParleyDatagrams

/// A message between servers.
///
/// None is answered by a number: each names what it is about (a character and an epoch, an attempt, a
/// heartbeat), is repeated until its answer came, and may come twice, late and out of order.
package enum PeerMessage: Hashable, Sendable {
    /// The first message on a link, from each end. Repeated, it says that the sender lives.
    case hello(PeerHello)
    /// What the sender believes that all have in common. Once on each link.
    case terms(PeerTerms)
    /// A zone asks the store, through a world server.
    case ask(OwnershipRequest)
    /// The store's answer.
    case answer(OwnershipAnswer)
    /// The source asks the target for a seat, and renews it.
    case prepare(SeatRequest)
    /// The target's answer.
    case prepared(SeatAnswer)
    /// The target has the player's connection.
    case warm(HandoffID)
    /// The source does not want the seat any more.
    case cancel(HandoffID)
    /// A zone was given a character, by the store. From the source, or from a world server.
    case take(GrantedPlayer)
    /// The answer to a take.
    case taken(CharacterID, Owner)
    /// An operator has ended a session.
    case end(EndedSession)
    /// A supervisor saw a process die.
    case died(ZoneProcess)
    /// A zone asks the store for a deal, through a world server.
    case deal(DealRequest)
    /// The store's answer.
    case dealt(DealAnswer)
    /// A zone asks what a character has, through a world server.
    case read(SheetRequest)
    /// The store's answer.
    case sheet(SheetAnswer)
    /// The zones of the realm as a world server has just seen them.
    case zones([ListedZone])
    /// An operator's command to a world server, sealed by the realm's keys.
    case operate(Datagram)
    /// The world server's answer, sealed as well.
    case operated(Datagram)
    /// An operator wants the process to drain. Repeated until the store knows that it does.
    case empty(ZoneProcess)
    /// An operator wants the owner to send its character to a zone. Said once: it is a wish.
    case guide(CharacterID, Owner, to: ZoneName)
    /// Where a zone's players connect.
    case listening(ZoneProcess, address: String)
    /// A session of a character stands at the sender: another world server ends an older one of its own.
    case session(CharacterID, LoginNumber)
    /// The store has given a character to a zone: what its player says to the zone is heard there.
    case placed(CharacterID, Owner)
    /// A player at the sender has said something to many.
    case said(ChatMessage)
    /// Is a player of that name at the receiver? The number is random, and comes back.
    case seek(UInt64, name: String)
    /// The answer, where the player is.
    case found(UInt64)
    /// A player at the sender has said something to one at the receiver.
    case whisper(WhisperMessage)
}

/// A zone of the realm, in a list.
package struct ListedZone: Hashable, Sendable {
    /// The newest process of the zone.
    package var process: ZoneProcess
    /// Whether it takes players.
    package var state: ZoneState

    package init(_ process: ZoneProcess, _ state: ZoneState) {
        self.process = process
        self.state = state
    }

    /// The most zones in a list.
    package static let limit = 256
}

/// The first message on a link between servers, which each end repeats as long as the link lives.
package struct PeerHello: Hashable, Sendable {
    /// The sender. Its certificate must say the same.
    package var name: PeerName
    /// The oldest version of the messages that the sender speaks.
    package var oldest: UInt16
    /// The hashes of the sender's tables of messages, of that version and those after it: 1 to ``mostVersions``.
    package var tables: [UInt64]

    /// How many versions a server may speak.
    package static let mostVersions = 4

    package init(_ name: PeerName, oldest: UInt16, tables: [UInt64]) {
        self.name = name
        self.oldest = oldest
        self.tables = tables
    }

    /// The versions that the sender speaks.
    package var versions: ClosedRange<UInt16> {
        oldest...(oldest + UInt16(max(1, tables.count) - 1))
    }
}

/// What a server is in its realm.
package enum PeerRole: UInt8, Hashable, Sendable, CaseIterable {
    /// It asks the store, and takes logins.
    case world = 0
    /// It holds a world.
    case zone = 1
    /// It starts processes and sees them die.
    case supervisor = 2
}

/// A source's wish for a seat at the target.
package struct SeatRequest: Hashable, Sendable {
    /// The attempt. The same attempt gets the same token.
    package var attempt: HandoffID
    /// The source, at the epoch before.
    package var source: Owner
    /// The process that is asked.
    package var target: ZoneProcess
    /// The version of the state that the source will seal.
    package var stateVersion: UInt16

    package init(
        _ attempt: HandoffID, source: Owner, target: ZoneProcess, stateVersion: UInt16 = 0
    ) {
        self.attempt = attempt
        self.source = source
        self.target = target
        self.stateVersion = stateVersion
    }
}

/// A target's answer to a ``SeatRequest``.
package struct SeatAnswer: Hashable, Sendable {
    /// What the target says.
    package enum Verdict: Hashable, Sendable {
        /// There is a seat.
        case reserved(ReservedSeat)
        /// There is none.
        case refused(SeatRefusal)
    }

    /// The attempt.
    package var attempt: HandoffID
    /// The answer.
    package var verdict: Verdict

    package init(_ attempt: HandoffID, _ verdict: Verdict) {
        self.attempt = attempt
        self.verdict = verdict
    }
}

/// A seat that the target keeps for a while.
package struct ReservedSeat: Hashable, Sendable {
    /// What proves the player's connection.
    package var token: SeatToken
    /// Where players connect: "host:port", at most 255 bytes.
    package var address: String
    /// Whether the player's connection is there already.
    package var isWarm: Bool

    package init(_ token: SeatToken, address: String, isWarm: Bool) {
        self.token = token
        self.address = address
        self.isWarm = isWarm
    }
}

/// Why a zone reserves no seat.
package enum SeatRefusal: UInt8, Hashable, Sendable, CaseIterable {
    /// All seats are taken.
    case full = 0
    /// The zone takes nobody any more.
    case draining = 1
    /// Another attempt of the character has a seat.
    case busy = 2
    /// The zone had the character at this epoch or a later one.
    case stale = 3
    /// The request is for another process.
    case wrongProcess = 4
    /// The target does not read states of that version.
    case version = 5
}

/// The random number by which a player's connection proves itself to the target.
package struct SeatToken: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// 64 random bits; a connection is told apart by TLS, and may try a token once.
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Does not show the number.
    package var description: String { "seat token (hidden)" }
}

/// A character that the store has given to a zone, with the state to begin from.
package struct GrantedPlayer: Hashable, Sendable {
    /// Who.
    package var character: CharacterID
    /// The zone's process and the epoch.
    package var owner: Owner
    /// The mark of the call that granted the epoch.
    package var mark: UInt64
    /// The newest login that the sender knows.
    package var login: LoginNumber
    /// The state; nil for a new character.
    package var state: SealedPlayer?

    package init(
        _ character: CharacterID, _ owner: Owner, mark: UInt64, login: LoginNumber,
        state: SealedPlayer?
    ) {
        self.character = character
        self.owner = owner
        self.mark = mark
        self.login = login
        self.state = state
    }
}
