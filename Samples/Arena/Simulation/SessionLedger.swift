import ArenaGame
import Parley

/// The joins and leaves in one life of a server. Every player that joins must leave, once.
struct SessionLedger {
    private let witness: ArenaWitness

    init(_ witness: ArenaWitness) {
        self.witness = witness
    }

    /// Follows a server until it has ended.
    func follow(_ server: GameServer<ArenaWorld>) async {
        var present: [PlayerID: String] = [:]
        for await event in server.events {
            switch event {
            case .playerJoined(let player):
                let before = present.updateValue(player.name, forKey: player.id)
                if before != nil { witness.complain("\(player.name) came twice") }
            case .playerLeft(let player, let reason):
                let before = present.removeValue(forKey: player.id)
                if before == nil { witness.complain("\(player.name) went without being there") }
                witness.note("the server: \(player.name): \(reason)")
                if case .protocolViolation(let text) = reason {
                    witness.complain("\(player.name), who is honest: \(text)")
                }
            case .refused(let address, let goodbye):
                witness.note("the server refuses \(address): \(goodbye.text)")
            case .recordingEnded(let failure):
                witness.complain("the recording ended: \(failure)")
            case .listening, .playerDisconnected, .playerReconnected: break
            }
        }
        await close(server, present)
    }

    private func close(_ server: GameServer<ArenaWorld>, _ present: [PlayerID: String]) async {
        for name in present.values.sorted() { witness.complain("\(name) never went") }
        let statistics = await server.statistics
        witness.count { $0.add(statistics) }
        if statistics.players > 0 { witness.complain("\(statistics.players) sessions leaked") }
        let bodies = await server.world.snapshot().avatars.filter { !$0.id.isNPC }
        if !bodies.isEmpty { witness.complain("\(bodies.count) players stay in a dead world") }
        if statistics.unsendableNotices > 0 { witness.complain("notices could not be sent") }
    }
}
