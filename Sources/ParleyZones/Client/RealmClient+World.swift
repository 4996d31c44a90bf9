import ParleyDatagrams
import ParleyHandoff
import ParleySessions
import ParleySockets
import ParleyWorld

/// The connection to a world server.
extension RealmClient {
    private static var connectTimeout: Duration { .seconds(3) }
    private static var pause: Duration { .milliseconds(500) }
    private static var closingTime: Duration { .milliseconds(200) }
    private static var silence: Duration { .seconds(15) }
    private static var pingInterval: Duration { .seconds(5) }
    private static var watchInterval: Duration { .milliseconds(100) }

    /// How long a world server may leave a question unanswered, if there are others to ask. If none of them was better, it is
    /// the client or its link that is slow.
    ///
    /// - Parameter failures: How many connections in a row have failed, or have not lasted.
    private func patience(after failures: Int) -> Duration {
        failures < worlds.count ? HandoffTimings().worldPatience : Self.connectTimeout
    }

    /// Keeps a connection to a world server, one after the other.
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
        var next = 0
        // How many connections in a row have failed, or have ended at once.
        var failures = 0
        while true {
            do {
                let (world, patience) = (worlds[next], patience(after: failures))
                failures += 1
                let connection = try await connect(to: world, by: manager, within: patience)
                let start = network.clock.now
                await read(from: connection, patience)
                if start.duration(to: network.clock.now) > Self.connectTimeout { failures = 0 }
            } catch {
                try Task.checkCancellation()
                take(.worldUnreachable("\(error)"))
            }
            core.loseWorld()
            next = (next + 1) % worlds.count
            // The next one is tried at once, until all have failed.
            if worlds.count == 1 || failures > 0 && failures % worlds.count == 0 {
                try await network.clock.sleep(for: Self.pause)
            }
        }
    }

    private func connect(
        to world: WorldAddress, by manager: ConnectionManager, within patience: Duration
    ) async throws(ConnectError) -> Connection {
        try await manager.connect(
            to: world.host, port: world.port,
            timeout: worlds.count > 1 ? patience : Self.connectTimeout,
            security: world.security ?? configuration.security)
    }

    /// Reads from a connection until it ends, or is silent for too long; then closes it.
    private func read(from connection: Connection, _ patience: Duration) async {
        core.useWorld(connection, login: login, game: Rules.name)
        let isSilent = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await datagram in connection.datagrams {
                    guard datagram.count <= RealmReply.byteLimit,
                        let reply: RealmReply = try? datagram.decoded()
                    else { return false }
                    self.take(.reply(reply))
                }
                return false
            }
            group.addTask { await self.watch(patience) }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        if Task.isCancelled { try? connection.offer(Datagram(encoding: RealmRequest.leave)) }
        if isSilent, worlds.count > 1 { return await connection.abort() }
        await connection.close(within: Self.closingTime)
    }

    /// Asks now and then whether the server is there, and whenever it owes an answer.
    ///
    /// - Returns: True when it does not answer; false when it was cancelled.
    private func watch(_ patience: Duration) async -> Bool {
        var sincePing = Self.pause
        while true {
            let silence = core.worldSilence
            if isOver(silence, patience) { return true }
            let owesAnswer = worlds.count > 1 && silence.unanswered != nil
            let interval = owesAnswer ? Self.pause : Self.pingInterval
            if silence.unansweredPing == nil, sincePing >= interval {
                core.tellWorld(.ping)
                sincePing = .zero
            }
            do { try await network.clock.sleep(for: Self.watchInterval) } catch { return false }
            sincePing += Self.watchInterval
        }
    }

    /// Whether a world server is given up: at once where there are others to ask.
    private func isOver(_ silence: WorldSilence, _ patience: Duration) -> Bool {
        guard worlds.count > 1 else { return silence.silence >= Self.silence }
        return silence.unansweredPing ?? .zero >= patience
            || silence.unanswered ?? .zero >= Self.silence
    }
}
