public import ParleyHandoff
public import ParleyWorld

/// What a player of a realm sees at one moment: a frame of one zone.
public struct RealmFrame<Rules: GameRules>: Sendable {
    /// The zone that it shows.
    public let zone: ZoneName
    /// The epoch at which the zone holds the player's character.
    public let epoch: Epoch
    /// The frame.
    public let game: GameFrame<ZoneGame<Rules>>

    /// The player's body as it is to be drawn; nil for a player without one.
    public var me: Rules.Body? { game.me }
}

/// A line of chat.
public struct ChatLine: Hashable, Sendable {
    /// Who hears it.
    public enum Reach: Hashable, Sendable {
        /// Everybody in the realm, or in the zone.
        case all(ChatRange)
        /// This player only.
        case whisper
        /// It is from the world server: why something was not said.
        case server
    }

    /// Who hears it.
    public let reach: Reach
    /// The name of the player who said it; empty for the server's.
    public let name: String
    /// What was said.
    public let text: String

    /// A line that somebody said.
    public init(reach: Reach, name: String, text: String) {
        self.reach = reach
        self.name = name
        self.text = text
    }
}

/// Where a player of a realm stands.
public enum RealmConnectionState: Hashable, Sendable {
    /// It connects to a world server and logs in.
    case loggingIn
    /// It is on its way into a zone.
    case entering
    /// It plays in that zone.
    case playing(ZoneName)
    /// It was in that zone, which does not answer: the client asks a world server where to go on.
    case seeking(ZoneName)
    /// The session is over.
    case ended
}

/// Why a client is not, or no longer, in a realm.
public enum RealmClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No world server could be reached for so long, or none had a zone for the player; the last reason.
    case unreachable(String)
    /// The world server refused the login; its text says why.
    case refused(String)
    /// The session is over: the player has logged in elsewhere, for example.
    case replaced
    /// An operator has ended the session.
    case kicked
    /// The account is banned.
    case banned
    /// The character's state cannot be put into any zone. Who runs the realm can release it.
    case quarantined
    /// The realm does not know the character.
    case unknownCharacter
    /// More notices wait than the configuration allows: read `notices`, or set `discardsNotices`.
    case noticesUnread(Int)
    /// More requests wait than are kept, since no zone takes any: this one was not made.
    case tooManyRequests
    /// The server sent what the protocol does not allow.
    case protocolViolation(String)
    /// `run()` works once; make another client for another session.
    case alreadyRun

    /// The reason in words.
    public var description: String {
        switch self {
        case .unreachable(let text): "the realm cannot be reached: \(text)"
        case .refused(let text): "the world server refused: \(text)"
        case .replaced: "this account has logged in elsewhere"
        case .kicked: "an operator has ended the session"
        case .banned: "this account is banned"
        case .quarantined: "this character cannot be put into the world: ask who runs the realm"
        case .unknownCharacter: "the realm does not know this character"
        case .noticesUnread(let count):
            "\(count) notices wait: read `notices`, or set `discardsNotices`"
        case .tooManyRequests: "too many requests wait for a zone"
        case .protocolViolation(let text): "the server sent what it must not: \(text)"
        case .alreadyRun: "a realm's client runs once"
        }
    }

    init(_ end: RealmSessionEnd) {
        self =
            switch end {
            case .replaced: .replaced
            case .kicked: .kicked
            case .banned: .banned
            case .quarantined: .quarantined
            case .unknown: .unknownCharacter
            }
    }
}
