import CBenchmarkBaseline
import Parley
import ParleyDatagrams
import ParleyHandoff
import ParleyZones

/// Players at a world server's door.
enum RealmLogins {
    static let password = "correct horse battery staple"

    /// Logs in again and again, each time over a new connection, until the process ends; counts the sessions.
    ///
    /// `kind` is 0 for names, 1 for re-entry tokens and 2 for passwords; `together` is how many do it at a time.
    static func knock(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            RoleProcess.ready()
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<arguments["together"] {
                    group.addTask { try await knock(number, manager, arguments) }
                }
            }
        }
    }

    private static func knock(
        _ number: Int, _ manager: ConnectionManager, _ arguments: RoleArguments
    ) async throws {
        let name = "player-0-\(number)"
        var token: Datagram?
        while true {
            var request = RealmRequest.logIn(
                game: RealmLogins.game(arguments), name: name,
                password: arguments["kind"] == 2 ? password : "")
            if arguments["kind"] == 1, let token {
                request = .reEnter(game: RealmLogins.game(arguments), name: name, token: token)
            }
            let connection = try await connect(manager, arguments)
            try await connection.send(Datagram(encoding: request))
            for await datagram in connection.datagrams {
                let reply: RealmReply = try datagram.decoded()
                // The server is there, and the password takes its time.
                if reply == .pong { continue }
                guard case .welcome(_, _, _, let next) = reply else {
                    throw ChildFailure("\(name): \(reply)")
                }
                token = next
                break
            }
            bench_count_from_anywhere(1)
            await connection.close(within: .milliseconds(100))
        }
    }

    /// Lets players enter the realm who do not connect to their zones. Ready when all are in.
    static func enter(_ arguments: RoleArguments) async throws {
        try await ConnectionManager.run { manager in
            for first in stride(from: 0, to: arguments["players"], by: 50) {
                try await withThrowingDiscardingTaskGroup { group in
                    for number in first..<min(first + 50, arguments["players"]) {
                        group.addTask { _ = try await admit(number, manager, arguments) }
                    }
                }
            }
            RoleProcess.ready()
            try await manager.network.clock.sleep(for: .seconds(3_600))
        }
    }

    /// Where a player who has logged in may connect.
    struct Admission: Sendable {
        let character: CharacterID
        let owner: Owner
        let address: String
        let ticket: Datagram
    }

    /// Logs a player in, and waits until a zone has its character.
    static func admit(
        _ number: Int, _ manager: ConnectionManager, _ arguments: RoleArguments
    ) async throws -> Admission {
        let connection = try await connect(manager, arguments)
        let login = RealmRequest.logIn(
            game: game(arguments), name: "player-\(number)", password: "")
        try await connection.send(Datagram(encoding: login))
        var character: CharacterID?
        for await datagram in connection.datagrams {
            switch try datagram.decoded() as RealmReply {
            case .welcome(let own, _, _, _): character = own
            case .admit(let owner, _, let address, let ticket):
                guard let character else { throw ChildFailure("no welcome") }
                await connection.close(within: .milliseconds(100))
                return Admission(
                    character: character, owner: owner, address: address, ticket: ticket)
            case .refused(let text), .tryAgain(let text): throw ChildFailure(text)
            case .wait:
                try await manager.network.clock.sleep(for: .milliseconds(100))
                try await connection.send(Datagram(encoding: RealmRequest.locate))
            default: break
            }
        }
        throw ChildFailure("player \(number) did not get in")
    }

    static func game(_ arguments: RoleArguments) -> String {
        arguments["throng"] == 1 ? Throng.name : "realm"
    }

    static func connect(
        _ manager: ConnectionManager, _ arguments: RoleArguments
    ) async throws -> Connection {
        try await manager.connect(
            to: "127.0.0.1", port: arguments.port,
            security: arguments["plain"] == 1 ? .none : .automatic)
    }
}
