import ParleySimulation
import ParleySockets
import ParleyWorld
import Synchronization

extension Trial {
    /// A server of `DiaryGame` on the host "server".
    ///
    /// - Parameters:
    ///   - world: Its world.
    ///   - isEncrypted: Whether it lets in only players whose tickets nobody else has read.
    ///   - configure: Changes its configuration.
    func gameServer(
        world: DiaryWorld = DiaryWorld(), isEncrypted: Bool = true,
        _ configure: (inout GameServerConfiguration) -> Void = { _ in }
    ) -> GameServer<DiaryWorld> {
        var configuration = GameServerConfiguration(port: 9_099, tickRate: 20, snapshotRate: 10)
        configuration.playerTimeout = .seconds(6)
        configure(&configuration)
        let server = GameServer(
            world: world, configuration: configuration, network: simulation.host("server"),
            authenticator: TicketCheck(isEncrypted: isEncrypted))
        witness.see(server, as: "the server")
        witness.see(world, as: "the world")
        return server
    }

    /// Runs the server, on its host, for as long as `body` takes, then cancels it.
    ///
    /// By then the server has reported the leave of every player that joined.
    func serving(
        _ server: GameServer<DiaryWorld>, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let host = simulation.host("server")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run { try await server.run() } }
            let players = Mutex<Set<PlayerID>>([])
            group.addTask {
                for await event in server.events { try players.withLock { try $0.note(event) } }
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            group.cancelAll()
            try await group.waitForAll()
            try result.get()
            let left = players.withLock { $0 }
            try require(left.isEmpty, "\(left) joined and never left")
        }
        try await server.world.check()
        let present = await server.world.players
        try require(present.isEmpty, "\(present) are in the world, and its server has ended")
    }
}

/// Lets in who shows the canary: a ticket is a secret.
private struct TicketCheck: Authenticator {
    let isEncrypted: Bool

    func authenticate(_ login: Login) throws -> Account? {
        guard login.isEncrypted == isEncrypted, login.ticket == Canary.datagram else {
            throw JoinRefusal("no ticket, or one that others have read")
        }
        return nil
    }
}

extension Set<PlayerID> {
    /// Counts the players by the server's events.
    fileprivate mutating func note(_ event: ServerEvent) throws {
        switch event {
        case .playerJoined(let player):
            try require(insert(player.id).inserted, "\(player.id) has joined twice")
        case .playerLeft(let player, let reason):
            try require(remove(player.id) != nil, "\(player.id) left unseen: \(reason)")
        case .playerDisconnected(let player):
            try require(contains(player.id), "\(player.id) is away and not there")
        case .playerReconnected(let player):
            try require(contains(player.id), "\(player.id) came back to no seat")
        case .recordingEnded(let failure): try require(false, "\(failure)")
        case .listening, .refused: break
        }
    }
}
