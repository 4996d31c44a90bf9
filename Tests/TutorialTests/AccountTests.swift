import Parley
import Testing

/// A game whose players choose a team.
enum TeamGame: GameProtocol {
    static let name = "teams"

    enum Team: String, Codable, Sendable {
        case red, blue
    }

    /// Client to server, once: what a player brings beside the name.
    struct Join: DatagramCodable, Codable, Sendable {
        var team: Team
    }

    struct Command: DatagramCodable, Codable, Sendable {}
    struct Request: DatagramCodable, Codable, Sendable {}
    struct Notice: DatagramCodable, Codable, Sendable {}

    struct Snapshot: DatagramCodable, Codable, Sendable {
        var teams: [String: Team]
    }
}

/// Teams of members.
actor TeamWorld: World {
    typealias Game = TeamGame

    let timeline = WorldTimeline()
    private(set) var teams: [String: TeamGame.Team] = [:]

    func join(_ request: JoinRequest<TeamGame>) throws(JoinRefusal) {
        guard let account = request.account else { throw JoinRefusal("members only") }
        teams[account.id] = request.join.team
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {}
    func receive(_ request: TeamGame.Request, from player: PlayerID) {}
    func advance(_ step: TickStep, commands: [PlayerCommand<TeamGame.Command>]) {}
    func snapshot() -> TeamGame.Snapshot { TeamGame.Snapshot(teams: teams) }
    func takeNotices() -> [Outgoing<TeamGame.Notice>] { [] }
}

/// The members of a club, by their tickets.
struct Members: Authenticator {
    let tickets: [String: String]

    func authenticate(_ login: Login) async throws -> Account? {
        var fields = login.ticket.reader
        guard login.isEncrypted, let ticket = try? fields.readString(), let id = tickets[ticket]
        else { throw JoinRefusal("the ticket is not valid") }
        return Account(id: id)
    }
}

/// The tutorial's accounts.
@Suite(.timeLimit(.minutes(5))) struct AccountTests {
    @Test func membersComeInWithTheirTickets() async throws {
        let members = Members(tickets: ["7f3a": "ann@example.org"])
        let server = GameServer(world: TeamWorld(), authenticator: members)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.ready().tcp.port
            let refusal = await #expect(throws: GameClientError.self) {
                try await play(as: "Eve", with: "0000", port: port)
            }
            #expect("\(refusal ?? .notJoined)".contains("the ticket is not valid"))
            try await play(as: "Ann", with: "7f3a", port: port)
            #expect(await server.world.teams == ["ann@example.org": .red])
            group.cancelAll()
        }
    }

    private func play(as name: String, with ticket: String, port: UInt16) async throws {
        var configuration = GameClientConfiguration()
        configuration.ticket = try Datagram { try $0.append(ticket) }
        try await GameClient<TeamGame>.play(
            on: "localhost", port: port, as: name, join: TeamGame.Join(team: .red),
            configuration: configuration
        ) { client in
            #expect(await client.snapshots.first { _ in true } != nil)
        }
    }
}
