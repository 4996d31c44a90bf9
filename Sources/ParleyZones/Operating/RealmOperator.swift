import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
public import ParleySockets

/// An operator's program: it asks the world server of a realm, over a link as the realm's servers have.
///
/// It needs the realm's keys. In a realm of certificates it needs that of the `supervisor`, too.
///
/// ```swift
/// let realm = RealmOperator(configuration, keys: try RealmKeys(keptIn: "realm.keys"))
/// let reply = try await realm.ask(.drain(north))
/// ```
public struct RealmOperator: Sendable {
    private let realm: RealmConfiguration
    private let keys: RealmKeys
    private let links: ServerLinks
    private let network: any Network
    private let world: Int

    /// An operator of a realm.
    ///
    /// - Parameters:
    ///   - realm: The realm, as its servers know it.
    ///   - keys: The keys of its servers.
    ///   - links: What protects the link with the world server.
    ///   - world: The number of the world server that is asked. A command is for one, which carries it out once.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        _ realm: RealmConfiguration, keys: RealmKeys, links: ServerLinks = .local,
        world: Int = 0, network: any Network = SystemNetwork()
    ) {
        self.realm = realm
        self.keys = keys
        self.links = links
        self.world = world
        self.network = network
    }

    /// Asks the world server, again and again until it has answered. It carries the command out once.
    ///
    /// - Parameters:
    ///   - command: What the realm is to do.
    ///   - patience: How long to try.
    /// - Throws: ``OperatorError``, or the error of the credentials.
    public func ask(
        _ command: OperatorCommand, patience: Duration = .seconds(5)
    ) async throws -> OperatorReply {
        var random = network.makeRandomNumberGenerator()
        let date = network.nextSocketLoop().machine.date
        let envelope = OperatorEnvelope(
            command, number: random.next(), second: UInt64(max(0, date)))
        guard let sealed = envelope.sealed(by: keys, for: world) else {
            throw OperatorError.keyIsWornOut
        }
        let places = realm.peers.filter { $0.name == .world(world) }
        let node = PeerNode(
            PeerNodeConfiguration(.supervisor, places: places, security: links.security),
            network: network)
        return try await withThrowingTaskGroup(of: OperatorReply?.self) { group in
            group.addTask {
                try await node.run()
                return nil
            }
            group.addTask {
                try await repeating(sealed, over: node, for: patience)
                throw OperatorError.noAnswer
            }
            group.addTask { await answer(to: envelope.number, over: node) }
            defer { group.cancelAll() }
            while let reply = try await group.next() {
                if let reply { return reply }
            }
            throw OperatorError.noAnswer
        }
    }

    private func repeating(
        _ command: Datagram, over node: PeerNode, for patience: Duration
    ) async throws {
        let clock = network.clock
        let end = clock.now.advanced(by: patience)
        while clock.now < end {
            node.send(.operate(command), to: .world(world))
            try await clock.sleep(for: Self.interval)
        }
    }

    private func answer(to number: UInt64, over node: PeerNode) async -> OperatorReply? {
        for await received in node.received {
            guard case .operated(let sealed) = received.message,
                let answer = OperatorAnswer(opening: sealed, by: keys), answer.number == number
            else { continue }
            return answer.reply
        }
        return nil
    }

    private static let interval = Duration.milliseconds(200)
}

/// Why an operator got no answer.
public enum OperatorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No world server has answered in time: none runs there, it has other keys, or its clock is a minute off.
    case noAnswer
    /// The newest key of the realm has sealed as often as it may.
    case keyIsWornOut

    /// The reason in words.
    public var description: String {
        switch self {
        case .noAnswer:
            "no world server has answered: none runs there, or it has other keys or another time"
        case .keyIsWornOut: "the realm needs a new key"
        }
    }
}
