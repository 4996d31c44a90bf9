import ParleyHandoff
import ParleyProtocol
import ParleySockets
import ParleyWorld

/// A client's connection to one zone.
struct ZoneSession<Rules: GameRules>: Sendable {
    /// Tells the client's connections apart.
    let id: UInt64
    /// The zone's process.
    let process: ZoneProcess
    let client: PredictingClient<ZoneGame<Rules>>
    /// The token that it showed; nil if it showed another credential.
    let token: SeatToken?
    /// Ends the connection.
    let stop = Promise<Void>()
    /// Where the session went on here; nil while the zone does not hold the character.
    var continuation: SessionContinuation?
    /// The epoch at which the zone will hold the character, as the source of a crossing has said; nil for another connection.
    var expected: Epoch?
    /// How many snapshots had come when it was last looked at.
    var snapshots: UInt64 = 0
    /// When the newest of them was seen.
    var heardAt: Duration?

    /// The epoch at which the zone holds the character.
    var epoch: Epoch? { continuation?.epoch }

    /// The epoch of what it shows.
    var shownEpoch: Epoch? { epoch ?? expected }

    /// Whether it is to end.
    var isStopping: Bool { stop.current != nil }

    /// How often a state of the body differed from its prediction.
    var wrongPredictions: UInt64 { client.statistics.prediction.wrong }

    /// The source of what it brings, for the follower; nil while the zone does not hold the character.
    var source: ZoneFollower.Source? {
        epoch.map { ZoneFollower.Source(process: process, epoch: $0) }
    }
}

/// What happens to a realm's client.
enum RealmEvent: Sendable {
    /// Time has passed.
    case time
    /// A world server answers.
    case reply(RealmReply)
    /// It cannot be reached, and why.
    case worldUnreachable(String)
    /// A zone has sent a notice over that connection.
    case notice(UInt64, ZoneNotice.Content)
    /// That connection is over.
    case sessionEnded(UInt64)
}

/// What a client has counted.
public struct RealmClientStatistics: Hashable, Sendable {
    /// How often it came from one zone into another.
    public internal(set) var crossings = 0
    /// The longest time without a frame of its own body since the first, as far as frames were asked for.
    public internal(set) var longestSilence: Duration = .zero
    /// States of the body that differed from what was predicted, over all connections. Right after a crossing there is
    /// none because of it.
    public internal(set) var wrongPredictions: UInt64 = 0
    /// Connections to zones that were begun.
    public internal(set) var connections = 0
    /// Sessions that were begun at a world server.
    public internal(set) var logins = 0
}
