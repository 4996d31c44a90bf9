import ParleyDatagrams
import ParleyProtocol
import ParleySockets

extension GameClient {
    /// Reads TCP, over as many connections as it takes, one after the other.
    ///
    /// UDP goes on over its one socket, and so does the game.
    func stay(on first: Connection, of manager: ConnectionManager) async throws {
        var connection = first
        var outage: Outage?
        while true {
            do {
                let patience = outage?.patience(at: network.clock.now)
                try await converse(over: connection, patience: patience)
            } catch let error as GameClientError {
                await connection.abort()
                outage = try mourn(error, in: outage)
            }
            guard var next = outage else { return }
            connection = try await connect(with: manager, after: &next)
            outage = next
        }
    }

    /// Decides what follows from the loss of a connection.
    ///
    /// - Parameter outage: The outage so far; nil on the first connection.
    /// - Throws: The error, when it ends the session.
    private func mourn(_ error: GameClientError, in outage: Outage?) throws -> Outage {
        try Task.checkCancellation()
        if let outage, link.isLost {
            // This try failed.
            if case .goodbye(let goodbye) = error, goodbye.code == .notResumed {
                throw outage.reason
            }
            if case .protocolViolation = error { throw error }
            return outage
        }
        // A try may be given up in the moment in which the server lets the player in again: its
        // connection is lost then, like any other.
        let isInterruption = error.isInterruption || (outage != nil && error.isNoAnswer)
        guard link.session != nil, configuration.reconnectsFor > .zero, isInterruption else {
            throw error
        }
        let now = network.clock.now
        link.lose(at: now)
        let reason = error.isNoAnswer ? outage?.reason ?? error : error
        return Outage(reason, since: now, limit: configuration.reconnectsFor)
    }

    /// Reads until the connection ends, by itself or from this side.
    ///
    /// - Parameter patience: How long the server may take to resume the session; nil on the first
    ///   connection.
    private func converse(over connection: Connection, patience: Duration?) async throws {
        let interruption = link.beginConnection()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.read(from: connection) }
            group.addTask { throw try await interruption.value() }
            if let patience {
                group.addTask { try await self.limit(connection, to: patience) }
            }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }

    /// Gives a try up that takes too long.
    private func limit(_ connection: Connection, to patience: Duration) async throws {
        try await network.clock.sleep(for: patience)
        if link.isLost { throw GameClientError.noAnswer(patience) }
    }

    /// Opens another connection and sends the resume message on it.
    private func connect(
        with manager: ConnectionManager, after outage: inout Outage
    ) async throws -> Connection {
        var random = network.makeRandomNumberGenerator()
        while let time = outage.nextTry(at: network.clock.now, random: &random) {
            try await network.clock.sleep(until: time, tolerance: nil)
            let patience = outage.patience(at: network.clock.now)
            guard
                let connection = try? await manager.connect(
                    to: host, port: port, timeout: patience, options: connectionOptions)
            else {
                try Task.checkCancellation()
                continue
            }
            guard let resume = link.nextResume(game: G.name, schema: audience?.schemaHash) else {
                throw outage.reason
            }
            // If the connection has ended meanwhile, reading finds that out, and why.
            try? await connection.send(
                Self.encode { () throws(DatagramError) in
                    try ClientMessage.resume(encoding: resume)
                })
            return connection
        }
        throw outage.reason
    }

    /// The options of a connection that has room for everything that is sent again.
    var connectionOptions: ConnectionOptions {
        var options = ConnectionOptions()
        options.outboundLimit = options.outboundWatermark + 4 * configuration.resendBytes
        return options
    }
}

extension GameClientError {
    /// Whether the network is the reason, which may pass.
    fileprivate var isInterruption: Bool {
        switch self {
        case .connectionLost(.local): false
        case .connectionLost, .serverSilent: true
        default: false
        }
    }

    /// Whether the server took too long to answer.
    fileprivate var isNoAnswer: Bool {
        if case .noAnswer = self { true } else { false }
    }
}
