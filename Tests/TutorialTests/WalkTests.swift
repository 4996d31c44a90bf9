import Parley
import Testing

@Suite(.timeLimit(.minutes(5)))
struct WalkTests {
    /// Two players in the field: one walks north and waves, the other sees it.
    @Test func twoPlayersWalkInTheSameField() async throws {
        let server = GameServer(world: WalkWorld())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.ready().tcp.port
            group.addTask { try await walkNorth(port: port) }
            try await watch(port: port)
            group.cancelAll()
            // Ann's session ends with a goodbye of the server, if it has not ended before.
            do { try await group.waitForAll() } catch is GameClientError {}
        }
    }

    private func walkNorth(port: UInt16) async throws {
        try await GameClient<WalkGame>.play(on: "localhost", port: port, as: "Ann") { client in
            try await client.request(.wave)
            for await _ in client.snapshots {
                try await client.send(WalkGame.Command(dx: 0, dy: 1))
            }
        }
    }

    private func watch(port: UInt16) async throws {
        try await GameClient<WalkGame>.play(on: "localhost", port: port, as: "Bob") { client in
            let me = try await client.joined().id
            for await state in client.snapshots {
                let others = state.snapshot.places.filter { $0.key != me }
                if others.contains(where: { $0.value.y > 0.5 }) { return }
            }
            Issue.record("Ann never walked")
        }
    }
}
