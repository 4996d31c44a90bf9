import ParleyDatagrams
package import ParleyHandoff
import ParleySessions
package import ParleySockets

/// A server's links with the other servers of its realm.
///
/// ```swift
/// let node = PeerNode(configuration, network: network)
/// group.addTask { try await node.run() }
/// group.addTask { for await received in node.received { … } }
/// node.send(.warm(attempt), to: .zone(north))
/// ```
///
/// One TCP connection carries both directions. It is dialled when the first message is sent, and again whenever
/// it was lost; a peer answers over the connection that it has accepted. If both ends dial at once there are two:
/// each end sends on the newest and reads both. A message is encoded and queued by ``send(_:to:)`` itself, and
/// leaves at the end of the loop's turn.
///
/// Messages arrive at most once. They get lost with their link, and come in order only within one link: every
/// message between servers is repeated until its answer came.
///
/// Each end says hello first: its name, the versions of the messages that it speaks, and the hashes of their tables.
/// Both use the lower of the newest ones (``ParleyHandoff/PeerVersions``). It repeats that each second, and
/// a link that is silent for three is closed. A peer that breaks a rule loses its link and costs the others
/// nothing.
package actor PeerNode {
    let configuration: PeerNodeConfiguration
    let network: any Network
    let table: PeerTable
    let inbox: PeerInbox
    /// The hello, encoded.
    let hello: Datagram
    /// What connections are opened with; set by ``run()``.
    private let manager = Promise<ConnectionManager>()
    private let bound = Promise<Result<UInt16, any Error>>()

    /// A node that does nothing until ``run()``.
    ///
    /// - Precondition: The number of a world server is 0 to 65,535.
    package init(_ configuration: PeerNodeConfiguration, network: any Network) {
        self.configuration = configuration
        self.network = network
        table = PeerTable(configuration.places.map(\.name).filter { $0 != configuration.name })
        inbox = PeerInbox(bound: configuration.limits.receivedBytes)
        guard
            let hello = try? PeerMessage.hello(
                PeerHello(configuration.name, speaking: configuration.versions)
            ).encoded()
        else {
            preconditionFailure("\(configuration.name) cannot be a server's name")
        }
        self.hello = hello
    }

    // MARK: Sending and receiving

    /// Queues a message. Never waits.
    ///
    /// Without a link it is dropped, and a link is dialled. It is dropped, too, if too much waits on the link.
    package nonisolated func send(_ message: PeerMessage, to peer: PeerName) {
        do throws(DatagramError) {
            let bytes = try message.encoded(from: configuration.name.role, to: peer.role)
            let versions = configuration.versions
            guard table.send(bytes, to: peer, where: { versions.has(message, in: $0) }) else {
                throw .notRepresentable(
                    value: "\(message.kind.map { "\($0)" } ?? "")", type: "the link's version")
            }
        } catch {
            table.refuseToSend(to: peer, error)
        }
    }

    /// The received messages, for one reader, until ``run()`` has returned.
    ///
    /// If more wait than `PeerLimits.receivedBytes`, no link is read until the reader has taken half of them.
    package nonisolated var received: AsyncStream<ReceivedPeerMessage> { inbox.messages }

    /// The version of the messages on the newest link with a server; nil without a link.
    package nonisolated func version(with peer: PeerName) -> UInt16? { table.version(with: peer) }

    /// Whether there is a link with a server.
    package nonisolated func isLinked(with peer: PeerName) -> Bool { table.isLinked(with: peer) }

    /// What happens to links. The newest 256 wait to be read.
    package nonisolated var events: AsyncStream<PeerEvent> { table.eventStream }

    /// The counts so far.
    package nonisolated var statistics: PeerStatistics {
        var counts = table.statistics
        counts.failedHandshakes = manager.current?.failedHandshakes ?? 0
        return counts
    }

    // MARK: Running

    /// Waits until it listens, and returns the port; 0 for a node that only dials.
    ///
    /// - Throws: Why ``run()`` could not listen.
    package nonisolated func ready() async throws -> UInt16 {
        try await bound.value().get()
    }

    /// Listens, dials and reads, on one loop of the network, until the task is cancelled. Called once.
    ///
    /// Then all links are closed, after what is queued was sent, within a second.
    ///
    /// - Throws: The error of the listener, `PeerCredentialsError`, or `CancellationError`.
    package func run() async throws {
        let network = SingleLoopNetwork(network)
        try await withTaskExecutorPreference(network.loop.taskExecutor) {
            let manager = ConnectionManager(network: network, limits: connectionLimits)
            self.manager.fulfil(manager)
            let result: Result<Void, any Error>
            do {
                result = .success(try await runTasks(PeerPorts(configuration, manager)))
            } catch {
                bound.fulfil(.failure(error))
                result = .failure(error)
            }
            await manager.shutdown(within: Self.farewell)
            inbox.finish()
            table.finish()
            try result.get()
        }
    }

    /// How long closing a link may take.
    static let farewell = Duration.seconds(1)

    private var connectionLimits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.connections =
            2 * configuration.places.count + configuration.limits.unnamedConnections
        limits.connectionsPerAddress = limits.connections
        limits.handshakeTimeout = configuration.limits.connectTimeout
        return limits
    }

    private func runTasks(_ ports: PeerPorts) async throws {
        let listener = try await ports.listen()
        bound.fulfil(.success(listener?.localAddress.port ?? 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let listener { group.addTask { try await self.accept(from: listener) } }
            for place in configuration.places
            where place.name != configuration.name && place.port != 0 {
                group.addTask { try await self.dial(place, with: ports) }
            }
            group.addTask { try await self.repeatHello() }
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
    }

    /// Says on each link, again and again, that this server lives.
    private func repeatHello() async throws {
        while true {
            try await network.clock.sleep(for: configuration.limits.helloInterval)
            table.sendToAll(hello)
        }
    }
}
