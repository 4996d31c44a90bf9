import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import Testing

/// Sessions without a game: bytes go in and out.
@Suite(.timeLimit(.minutes(5))) struct SessionListenerTests {
    @Test func bytesGoRoundWithoutAGame() throws {
        let departures = try Simulation(seed: 1).run { simulation in
            try await simulation.echoing { server in
                var ann = try await Peer(server, as: "Ann", from: simulation.host("ann"))
                guard case .welcome(let welcome)? = try await ann.next() else {
                    Issue.record("no welcome")
                    return
                }
                #expect(welcome.tickRate == 50 && welcome.snapshotRate == 10)
                let bytes = Datagram(bytes: [1, 2, 3])
                try await ann.connection.send(ClientMessage.request(encoding: Bytes(bytes)))
                guard case .notice(let echo)? = try await ann.next() else {
                    Issue.record("no notice")
                    return
                }
                #expect(echo == bytes)
                try await ann.connection.send(ClientMessage.leaving)
                #expect(try await ann.next() == nil)
            }
        }
        #expect(departures == [Departure(player: PlayerID(rawValue: 1), reason: .left)])
    }

    @Test func aRefusedPlayerNeverLeaves() throws {
        let departures = try Simulation(seed: 2).run { simulation in
            try await simulation.echoing { server in
                var peer = try await Peer(server, as: "Villain", from: simulation.host("villain"))
                #expect(try await peer.goodbye() == "no villains here")
            }
        }
        #expect(departures.isEmpty)
    }

    @Test func playersWhoAreInLeaveWhenTheListenerEnds() throws {
        let departures = try Simulation(seed: 3).run { simulation in
            try await simulation.echoing { server in
                for name in ["Ann", "Bob"] {
                    var peer = try await Peer(server, as: name, from: simulation.host(name))
                    #expect(try await peer.isWelcome())
                }
            }
        }
        #expect(departures.map(\.reason) == [.serverStopping, .serverStopping])
    }
}
