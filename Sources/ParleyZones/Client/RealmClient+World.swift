import ParleyDatagrams
import ParleySessions
import ParleySockets
import ParleyWorld

/// The connection to the world server.
extension RealmClient {
    private static var connectTimeout: Duration { .seconds(3) }
    private static var pause: Duration { .milliseconds(500) }
    private static var closingTime: Duration { .milliseconds(200) }
    private static var silence: Duration { .seconds(15) }
    private static var pingInterval: Duration { .seconds(5) }

    /// Keeps a connection to the world server, one after the other.
    func stayConnected() async throws {
        let manager = ConnectionManager(network: SingleLoopNetwork(network))
        let result: Result<Void, any Error>
        do {
            result = .success(try await stayConnected(by: manager))
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: Self.closingTime)
        try result.get()
    }

    private func stayConnected(by manager: ConnectionManager) async throws {
        defer { core.loseWorld() }
        while true {
            do {
                let connection = try await manager.connect(
                    to: host, port: port, timeout: Self.connectTimeout,
                    security: configuration.security)
                await read(from: connection)
                await connection.close(within: Self.closingTime)
            } catch {
                try Task.checkCancellation()
                take(.worldUnreachable("\(error)"))
            }
            core.loseWorld()
            try await network.clock.sleep(for: Self.pause)
        }
    }

    /// Reads from a connection until it ends, or is silent for too long.
    private func read(from connection: Connection) async {
        core.useWorld(connection, login: login, game: Rules.name)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await datagram in connection.datagrams {
                    guard datagram.count <= RealmReply.byteLimit,
                        let reply: RealmReply = try? datagram.decoded()
                    else { return }
                    self.take(.reply(reply))
                }
            }
            group.addTask { await self.watch() }
            await group.next()
            group.cancelAll()
        }
        if Task.isCancelled { try? connection.offer(Datagram(encoding: RealmRequest.leave)) }
    }

    /// Asks whether the server is there, and returns when it does not answer.
    private func watch() async {
        while true {
            do { try await network.clock.sleep(for: Self.pingInterval) } catch { return }
            if core.worldSilence >= Self.silence { return }
            core.tellWorld(.ping)
        }
    }
}
