import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import Testing

/// The authenticator between a hello and the game.
@Suite(.timeLimit(.minutes(5))) struct LoginTests {
    /// Knows two accounts, takes two seconds for one player and for ever for another.
    private struct Members: Authenticator {
        let clock: any NetworkClock

        func authenticate(_ login: Login) async throws -> Account? {
            switch login.name {
            case "Ann", "Anna": return Account(id: "ann")
            case "Slow": try await clock.sleep(for: .seconds(2))
            case "Stuck": try await clock.sleep(for: .seconds(1_000))
            case "Broken": throw CancellationError()
            case "Guest": break
            default: throw JoinRefusal("\(login.name) is no member")
            }
            return nil
        }
    }

    private static func listening(
        _ seed: UInt64, configure: @escaping @Sendable (inout SessionListenerConfiguration) -> Void,
        _ body: @escaping @Sendable (Simulation, SocketAddress) async throws -> Void
    ) throws -> [Departure] {
        try Simulation(seed: seed).run { simulation in
            try await simulation.echoing(
                authenticator: Members(clock: simulation.clock), configure: configure
            ) { try await body(simulation, $0) }
        }
    }

    @Test(arguments: [
        ("Eve", "Eve is no member"), ("Broken", "the login could not be checked"),
        ("Stuck", "the login took longer than 10.0 seconds"),
    ])
    func aPlayerWithoutALoginIsToldWhy(name: String, text: String) throws {
        let departures = try Self.listening(1, configure: { _ in }) { simulation, server in
            var peer = try await Peer(server, as: name, from: simulation.host("eve"))
            #expect(try await peer.goodbye() == text)
        }
        #expect(departures.isEmpty)
    }

    @Test(arguments: ["Guest", "Slow", "Ann"])
    func aPlayerWithALoginGetsIn(name: String) throws {
        let departures = try Self.listening(2, configure: { _ in }) { simulation, server in
            var peer = try await Peer(server, as: name, from: simulation.host("ann"))
            #expect(try await peer.isWelcome())
        }
        #expect(departures.map(\.reason) == [.serverStopping])
    }

    @Test func aSecondLoginOfAnAccountReplacesTheFirst() throws {
        let departures = try Self.listening(3, configure: { _ in }) { simulation, server in
            var first = try await Peer(server, as: "Ann", from: simulation.host("home"))
            #expect(try await first.isWelcome())
            var second = try await Peer(server, as: "Anna", from: simulation.host("work"))
            #expect(try await second.isWelcome())
            #expect(try await first.goodbye() == "this account has logged in elsewhere")
        }
        let text = "this account has logged in elsewhere"
        #expect(
            departures == [
                Departure(player: PlayerID(rawValue: 1), reason: .kicked(text)),
                Departure(player: PlayerID(rawValue: 2), reason: .serverStopping),
            ])
    }

    /// A seat that waits for its player is the account's, too.
    @Test func aLoginReplacesADisconnectedSession() throws {
        let departures = try Self.listening(4, configure: { _ in }) { simulation, server in
            var first = try await Peer(server, as: "Ann", from: simulation.host("home"))
            #expect(try await first.isWelcome())
            await first.connection.abort()
            var second = try await Peer(server, as: "Anna", from: simulation.host("work"))
            #expect(try await second.isWelcome())
        }
        #expect(departures.map(\.player.rawValue) == [1, 2])
    }

    @Test func tooManyLoginsCostTheNetworkThatHasMost() throws {
        _ = try Self.listening(5, configure: { $0.maximumLogins = 3 }) { simulation, server in
            var honest = try await Peer(server, as: "Slow", from: simulation.host("honest"))
            var flood: [Peer] = []
            for _ in 0..<6 {
                flood.append(try await Peer(server, as: "Stuck", from: simulation.host("flood")))
            }
            #expect(try await flood[0].goodbye() == "too many players log in: try again")
            #expect(try await honest.isWelcome())
        }
    }

    /// The authenticator is cancelled then, too, and its error says nothing about the player.
    @Test func aServerThatStopsSaysSoToAPlayerWhoLogsIn() throws {
        let goodbye: Goodbye? = try Simulation(seed: 6).run { simulation in
            let stuck = Promise<Connection>()
            let departures = try await simulation.echoing(
                authenticator: Members(clock: simulation.clock)
            ) { server in
                let peer = try await Peer(server, as: "Stuck", from: simulation.host("stuck"))
                stuck.fulfil(peer.connection)
                try await simulation.clock.sleep(for: .seconds(1))
            }
            #expect(departures.isEmpty)
            for await datagram in try await stuck.value().datagrams {
                if case .goodbye(let goodbye) = try ServerMessage(datagram) { return goodbye }
            }
            return nil
        }
        #expect(goodbye?.code == .serverStopping)
    }
}
