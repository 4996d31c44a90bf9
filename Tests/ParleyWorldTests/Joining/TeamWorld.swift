import ParleyDatagrams
import ParleyWorld

/// A game whose players choose a team and gear before they join.
enum TeamGame: GameProtocol {
    static let name = "teams"

    struct Join: DatagramCodable, Codable, Hashable, Sendable {
        var team: String
        var gear: [UInt8] = []
    }

    struct Nothing: DatagramCodable, Codable, Hashable, Sendable {}

    typealias Command = Nothing
    typealias Request = Nothing
    typealias Notice = Nothing
    typealias Snapshot = NoSnapshot
}

/// Keeps what it is asked, and has no room in the red team.
actor TeamWorld: World {
    typealias Game = TeamGame

    let timeline = WorldTimeline()
    private(set) var requests: [JoinRequest<TeamGame>] = []

    func join(_ request: JoinRequest<TeamGame>) throws(JoinRefusal) {
        requests.append(request)
        guard request.join.team != "red" else { throw JoinRefusal("the red team is full") }
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {}
    func receive(_ request: TeamGame.Nothing, from player: PlayerID) {}
    func advance(_ step: TickStep, commands: [PlayerCommand<TeamGame.Nothing>]) {}
    func snapshot() -> NoSnapshot { NoSnapshot() }
    func takeNotices() -> [Outgoing<TeamGame.Nothing>] { [] }
}
