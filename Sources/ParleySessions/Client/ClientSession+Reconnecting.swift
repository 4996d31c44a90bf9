import ParleyDatagrams
import ParleyProtocol
import ParleySockets

extension ClientSession {
    /// Reads TCP, over as many connections as it takes, one after the other.
    ///
    /// UDP goes on over its one socket, and so does the game.
    ///
    /// - Throws: Always: the reason why the session ends.
    func stay(
        on first: Connection, and socket: DatagramSocket, of manager: ConnectionManager
    ) async throws {
        var connection = first
        while true {
            do {
                try await readOrInterrupt(connection, and: socket)
            } catch let error as ClientSessionError {
                await connection.abort()
                try Task.checkCancellation()
                let now = network.clock.now
                try link.withState { (state) throws(ClientSessionError) in
                    try state.outage(after: error, at: now)
                }
            }
            connection = try await reconnect(with: manager)
        }
    }

    /// Reads until the connection ends, by itself or from this side.
    private func readOrInterrupt(_ connection: Connection, and socket: DatagramSocket) async throws
    {
        let interruption = link.beginConnection()
        let now = network.clock.now
        let patience = link.withState { $0.patience(at: now) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.readUntilEnd(of: connection, and: socket) }
            group.addTask { throw try await interruption.value() }
            if let patience {
                group.addTask { try await self.giveUpUnlessResumed(within: patience) }
            }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }

    /// Gives a try up that takes too long.
    private func giveUpUnlessResumed(within patience: Duration) async throws {
        try await network.clock.sleep(for: patience)
        if link.withState({ $0.isLost }) { throw ClientSessionError.noAnswer(patience) }
    }

    /// Opens another connection and sends the resume message on it.
    ///
    /// - Throws: When the time is over: why a try did not trust the server, if one did not, or why the
    ///   connection was lost.
    private func reconnect(with manager: ConnectionManager) async throws -> Connection {
        var random = network.makeRandomNumberGenerator()
        var distrust: ClientSessionError?
        while true {
            let now = network.clock.now
            let time: NetworkInstant
            do throws(ClientSessionError) {
                time = try link.withState { (state) throws(ClientSessionError) in
                    try state.nextTry(at: now, random: &random)
                }
            } catch {
                throw distrust ?? error
            }
            try await network.clock.sleep(until: time, tolerance: nil)
            let begin = network.clock.now
            let patience = link.withState { $0.patience(at: begin) } ?? .zero
            let connection: Connection
            do throws(ConnectError) {
                connection = try await open(with: manager, within: patience)
            } catch {
                try Task.checkCancellation()
                // The last try has little time, so its error may say less than an earlier one.
                distrust = .distrust(error) ?? distrust
                continue
            }
            try await resume(on: connection)
            return connection
        }
    }

    private func resume(on connection: Connection) async throws {
        let now = network.clock.now
        let random = SessionRandom(using: &self.random)
        let resume = try link.withState { (state) throws(ClientSessionError) in
            try state.nextResume(of: hello, random: random, at: now)
        }
        // If the connection has ended meanwhile, reading finds that out, and why.
        try? await connection.send(
            encode { () throws(DatagramError) in try ClientMessage.resume(encoding: resume) })
    }
}
