import ParleyHandoff

/// A party of a ``HandoffWorld``: someone who sends and is sent messages.
enum Party: Hashable, CustomStringConvertible {
    case zone(Int)
    case world(Int)
    case client(Int)
    case store

    var description: String {
        switch self {
        case .zone(let index): "zone \(index)"
        case .world(let index): "world server \(index)"
        case .client(let index): "client \(index)"
        case .store: "store"
        }
    }
}

/// What a client and a server say to each other beside ``TravelNotice``.
enum Payload {
    /// Between servers.
    case peer(PeerMessage)
    /// A world server asks the store.
    case request(OwnershipRequest, WorldDirectory.Asker)
    /// The store answers.
    case answer(OwnershipAnswer, WorldDirectory.Asker)
    /// A client connects to a zone's process.
    case connect(ZoneProcess, ZoneHandoffs.Credential, LoginNumber, notices: UInt64)
    /// The process does not take it now.
    case admission(ZoneFollower.ZoneAdmission, ZoneProcess)
    /// A zone's process tells of a crossing.
    case travel(TravelNotice, ZoneProcess)
    /// A notice of the game.
    case notice(UInt64, ZoneFollower.Source)
    /// A snapshot, and whether the player's own body is in it.
    case snapshot(ZoneFollower.Source, hasBody: Bool)
    /// A zone ends a session.
    case goodbye(RealmSessionEnd, LoginNumber)
    /// A request of the game.
    case play(LoginNumber, UInt64)
    /// A client logs in.
    case login
    /// A client asks where it is.
    case locate(LoginNumber)
    /// A world server answers a client.
    case reply(WorldReply)
}

/// A message on its way. An object, so that moving it costs nothing.
final class Envelope: Sendable {
    let from: Party
    let to: Party
    let payload: Payload
    /// Its place in the order of sending.
    let number: UInt64

    init(from: Party, to: Party, payload: Payload, number: UInt64) {
        self.from = from
        self.to = to
        self.payload = payload
        self.number = number
    }

    /// Whether it says nothing of a crossing. Such messages are chosen less often.
    var isNoise: Bool {
        switch payload {
        case .snapshot, .peer(.ask(.checkpoint)), .peer(.ask(.beat)), .peer(.answer(.zone)),
            .request(.checkpoint, _), .request(.beat, _), .request(.survey, _), .answer(.zone, _),
            .answer(.survey, _):
            true
        case .peer(.answer(.character(let answer))), .answer(.character(let answer), _):
            answer.kind == .checkpoint
        default: false
        }
    }

    /// Whether it is on a stream: in order, not twice, and its loss is the end of the connection.
    var isStreamed: Bool {
        switch payload {
        case .travel, .notice, .play, .goodbye: true
        default: false
        }
    }
}

extension Envelope: CustomStringConvertible {
    var description: String { "\(from) → \(to): \(payload)" }
}
