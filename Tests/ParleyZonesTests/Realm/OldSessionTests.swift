import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleySessions
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import ParleyZones
import TestGames
import Testing

/// What proofs and tickets of sessions open that are over, and connections that never begin one.
@Suite struct OldSessionTests {
    /// A connection to the world server without a client behind it.
    private struct Caller {
        let connection: Connection

        init(_ name: String, in realm: TestRealm) async throws {
            try await realm.wait { realm.zone("west")?.isFrozen == false }
            connection = try await ConnectionManager(network: realm.simulation.host(name)).connect(
                to: "world", port: TestRealm.playerPort, security: .automatic)
        }

        func say(_ request: RealmRequest) async throws {
            try await connection.send(Datagram(encoding: request))
        }

        /// The next reply that is looked for; nil if the connection ends before.
        func next<Found>(_ look: (RealmReply) -> Found?) async throws -> Found? {
            for await datagram in connection.datagrams {
                if let found = look(try datagram.decoded()) { return found }
            }
            return nil
        }

        func logIn() async throws -> Datagram? {
            try await say(.logIn(game: Meadow.name, name: "ann", password: ""))
            return try await next {
                if case .welcome(_, _, let proof, _) = $0 { proof } else { nil }
            }
        }

        /// A ticket for the zone that has the character.
        func ticket(in realm: TestRealm) async throws -> Datagram? {
            while true {
                try await say(.locate)
                let answer = try await next { reply -> Datagram?? in
                    switch reply {
                    case .admit(_, _, _, let ticket): ticket
                    case .wait: .some(nil)
                    default: nil
                    }
                }
                guard let answer else { return nil }
                if let answer { return answer }
                try await realm.simulation.clock.sleep(for: .milliseconds(200))
            }
        }
    }

    /// A player's client of a zone, without a realm's client around it.
    private func zoneClient(
        _ ticket: Datagram, notices: UInt64 = 0, in realm: TestRealm
    ) throws -> PredictingClient<ZoneGame<Meadow>> {
        var configuration = GameClientConfiguration()
        configuration.ticket = try Datagram(encoding: ZoneCredential.ticket(ticket))
        return PredictingClient<ZoneGame<Meadow>>(
            server: "west", port: 9_001, name: "ann", join: ZoneJoin(notices: notices),
            configuration: configuration, network: realm.simulation.host("laptop"))
    }

    @Test func anOldProofNeitherSpeaksNorDisturbs() throws {
        let (ending, heard) = try TestRealm.run(seed: 1) { realm in
            let old = try await Caller("old", in: realm)
            let proof = try #require(try await old.logIn())
            let new = try await Caller("new", in: realm)
            _ = try await new.logIn()
            let mallory = try await Caller("mallory", in: realm)
            try await mallory.say(.comeBack(game: Meadow.name, proof: proof))
            try await mallory.say(.chat(.realm, "it is me"))
            let ending = try await mallory.next {
                if case .ended(let end) = $0 { end } else { nil }
            }
            // The server closes the connection, although nothing more comes from it.
            for await _ in mallory.connection.datagrams {}
            try await new.say(.whisper(to: "ann", "done"))
            let heard = try await new.next { reply -> String? in
                switch reply {
                case .chat(_, _, let text), .whisper(_, let text): text
                default: nil
                }
            }
            return (ending, heard)
        }
        #expect(ending == .replaced)
        #expect(heard == "done")
    }

    @Test func aConnectionThatOnlyPingsIsClosed() throws {
        let isClosed = try TestRealm.run(seed: 1) { realm in
            let caller = try await Caller("mallory", in: realm)
            for _ in 0..<20 {
                try? await caller.say(.ping)
                try await realm.simulation.clock.sleep(for: .seconds(1))
            }
            return (try? caller.connection.offer(Datagram(encoding: RealmRequest.ping))) == nil
        }
        #expect(isClosed)
    }

    /// The newer session plays on.
    @Test func aTicketOfAnOlderLoginOpensNothing() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            let old = try await Caller("old", in: realm)
            _ = try await old.logIn()
            let ticket = try #require(try await old.ticket(in: realm))
            return try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                return await refusal(of: try zoneClient(ticket, in: realm))
            }
        }
        #expect(error == .refused("the ticket is not good here: ask a world server"))
    }

    /// A number that no server could read again, if it came into a seal.
    @Test func aCountOfTooManyNoticesIsRefused() throws {
        let error = try TestRealm.run(seed: 1) { realm in
            let caller = try await Caller("ann", in: realm)
            _ = try await caller.logIn()
            let ticket = try #require(try await caller.ticket(in: realm))
            return await refusal(
                of: try zoneClient(ticket, notices: UInt64(Int64.max), in: realm))
        }
        #expect(error == .refused("so many notices are none"))
    }

    /// A player's client stands still at a border, connected to the zone behind it, and its zone is lost. The player comes
    /// again, and the zone behind the border gets the character: the connection of before is none of the new session's.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aConnectionOfAnOlderLoginIsNotBound(seed: UInt64) throws {
        let crossings = try TestRealm.run(seed: seed) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                for _ in 0..<3 { try ann.request(.sitDown) }
                ann.command = Meadow.Command(x: 127, y: 0)
                try await realm.wait { realm.zone("east")?.statistics.connected == 1 }
                realm.simulation.host("ann").pause(for: .seconds(60))
                let west = try #require(realm.zone("west")?.process)
                realm.simulation.host("west").crash(for: .seconds(60))
                return try await realm.play(as: "ann", on: "laptop") { again in
                    try await realm.wait { await realm.store.records.first?.login.rawValue == 2 }
                    await realm.world?.declareDead(west)
                    try await realm.wait(for: again, in: "east")
                    return again.statistics.crossings
                }
            }
        }
        #expect(crossings == 0)
    }

    private func refusal(of client: PredictingClient<ZoneGame<Meadow>>) async -> GameClientError? {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                group.addTask {
                    try await client.network.clock.sleep(for: .seconds(5))
                }
                try await group.next()
                group.cancelAll()
            }
            return nil
        } catch {
            return error as? GameClientError
        }
    }
}
