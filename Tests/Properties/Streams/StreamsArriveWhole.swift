import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets

extension Property {
    /// Many conversations at once, with sizes, framings and pauses that chance decides.
    static let streamsArriveWhole = Property(
        "streams-arrive-whole",
        "TCP delivers the sent bytes whole and in order, and all of them unless a fault broke "
            + "the connection."
    ) { trial in
        try await ConversationPlan(trial, identity: nil).run()
    }

    /// The same over TLS. The listener's key comes from the seed, as all random bytes of OpenSSL do.
    static let encryptedStreamsArrive = Property(
        "encrypted-streams-arrive",
        "TLS delivers the sent bytes whole and in order, and all of them unless a fault broke "
            + "the connection; a lost connection is no orderly end."
    ) { trial in
        try await ConversationPlan(trial, identity: try TLSIdentity()).run()
    }
}

/// The properties of the conversations of one world.
private struct ConversationPlan: Sendable {
    let trial: Trial
    /// The server's; nil for plain connections.
    let identity: TLSIdentity?
    let seed: UInt64
    let conversations: Int
    let framing: StreamFraming
    let halfClose: Bool
    let paces: [Duration]
    let watermarks: [Int]
    let largest: Int

    init(_ trial: Trial, identity: TLSIdentity?) {
        var random = trial.generator()
        self.trial = trial
        self.identity = identity
        seed = random.next()
        conversations = Int.random(in: 1...5, using: &random)
        framing = .lengthPrefixed(Bool.random(using: &random) ? .uint16 : .uint32)
        halfClose = Bool.random(using: &random)
        paces = (0..<4).map { _ in .milliseconds(Int.random(in: 0...3, using: &random) * 20) }
        watermarks = (0..<4).map { _ in 1 << Int.random(in: 8...18, using: &random) }
        largest = framing == .lengthPrefixed(.uint16) ? 20_000 : 80_000
    }

    func run() async throws {
        // On an awful link the fourth try of a segment comes after seven seconds.
        var limits = ConnectionLimits()
        limits.handshakeTimeout = .seconds(3_600)
        try await trial.station(on: "server", limits: limits) { server in
            let listener = try await server.manager.listen(
                port: 9_099, options: options(ofServer: true),
                security: identity.map { .tls($0) } ?? .none)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await answer(listener, server) }
                try await callAll()
                await listener.close()
                try await group.waitForAll()
            }
        }
    }

    func options(ofServer isServer: Bool) -> ConnectionOptions {
        var options = ConnectionOptions(framing: framing)
        options.allowsHalfClose = halfClose
        options.stallTimeout = nil
        options.outboundWatermark = watermarks[isServer ? 0 : 1]
        options.inboundWatermark = watermarks[isServer ? 2 : 3]
        return options
    }

    private func speech(_ number: UInt32, ofServer isServer: Bool) -> Speech {
        Speech(seed: seed ^ UInt64(number) << 1 ^ (isServer ? 1 : 0), largest: largest)
    }

    private func talk(_ connection: Connection, _ number: UInt32, asServer: Bool) -> Talk {
        Talk(
            connection: connection, trial: trial, says: speech(number, ofServer: asServer),
            hears: speech(number, ofServer: !asServer), pace: paces[asServer ? 0 : 1],
            slowness: paces[asServer ? 2 : 3])
    }

    /// The server's side. The first datagram identifies the conversation.
    func answer(_ listener: ConnectionListener, _ station: Station) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for await connection in listener.connections {
                station.see(connection)
                group.addTask {
                    var first: UInt32?
                    for await datagram in connection.datagrams {
                        first = try datagram.firstNumber
                        break
                    }
                    guard let first else { return await connection.close() }
                    let isWhole = try await talk(connection, first, asServer: true).run()
                    try check(isWhole, connection)
                }
            }
            try await group.waitForAll()
        }
    }

    /// The clients' side: all conversations, from a few hosts.
    func callAll() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<UInt32(conversations) {
                group.addTask {
                    try await trial.station(on: "client \(number % 3)") { client in
                        try await call(number, from: client)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func call(_ number: UInt32, from client: Station) async throws {
        guard
            let connection = try await client.connect(
                to: "server", port: 9_099, options: options(ofServer: false),
                security: identity.map { .tls(.pin($0.pin)) } ?? .none)
        else { return }
        try require(
            connection.security.isEncrypted == (identity != nil),
            "\(connection) is \(connection.security)")
        do throws(SendError) {
            try await connection.send(Datagram { $0.append(number) })
        } catch {
            return try check(false, connection)
        }
        let isWhole = try await talk(connection, number, asServer: false).run()
        try check(isWhole, connection)
    }

    private func check(_ isWhole: Bool, _ connection: Connection) throws {
        let reason = connection.closeReason.map { "\($0)" } ?? "no reason"
        try require(
            isWhole || trial.conditions.faults.breakConnections,
            "\(connection) lost something, though nothing broke it: \(reason)")
    }
}
