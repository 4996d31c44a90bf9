import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
public import ParleySockets
import ParleyStore

/// An operator's program: it asks the world servers of a realm, over links as the realm's servers have.
///
/// It needs the realm's keys. In a realm of certificates it needs that of the `supervisor`, too.
///
/// ```swift
/// let realm = RealmOperator(configuration, keys: try RealmKeys(keptIn: "realm.keys"))
/// let reply = try await realm.ask(.drain(north))
/// ```
///
/// A server that is silent for 1.2 s is left for the next one. A command that changes something names what it was based
/// on: the character's login and epoch, or the zone's process. The first server that carries it out changes that, so
/// another one that has got the command as well, and reads it late, finds nothing left to do.
public struct RealmOperator: Sendable {
    private let realm: RealmConfiguration
    private let keys: RealmKeys
    private let links: ServerLinks
    private let network: any Network
    private let worlds: [Int]

    /// An operator of a realm.
    ///
    /// - Parameters:
    ///   - realm: The realm, as its servers know it.
    ///   - keys: The keys of its servers.
    ///   - links: What protects the links with the world servers.
    ///   - worlds: The numbers of the world servers that may be asked: the first one first. Nil for all.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        _ realm: RealmConfiguration, keys: RealmKeys, links: ServerLinks = .local,
        worlds: [Int]? = nil, network: any Network = SystemNetwork()
    ) {
        self.realm = realm
        self.keys = keys
        self.links = links
        self.worlds = (worlds ?? Array(realm.worlds.indices)).filter(realm.worlds.indices.contains)
        self.network = network
    }

    /// Asks a world server, and the next one when it is silent, until one has answered. The command takes effect once.
    ///
    /// It looks first at what the command is about. If that has changed when the command arrives, it looks again, unless
    /// another server may have changed it by this command: then it says so.
    ///
    /// - Parameters:
    ///   - command: What the realm is to do.
    ///   - patience: How long all servers may be silent. One that is still carrying the command out says so.
    /// - Throws: ``OperatorError``, or the error of the credentials.
    public func ask(
        _ command: OperatorCommand, patience: Duration = .seconds(5)
    ) async throws -> OperatorReply {
        try await withLine { line in
            var worlds = worlds
            for _ in 0..<Self.mostAttempts {
                let basis: OperatorBasis
                switch try await self.basis(of: command, line, &worlds, patience) {
                case .seen(let seen): basis = seen
                case .refused(let text): return .refused(text)
                }
                let answer = try await line.ask(
                    command, on: basis, of: worlds, patience: patience)
                if case .reply(let reply) = answer.content { return reply }
                if answer.asked > 1 { break }
            }
            return .refused("\(OperatorRefusal.changed)")
        }
    }

    /// How the realm is, as each of its world servers sees it, in the order of their numbers.
    ///
    /// - Parameter patience: How long it waits for one that does not answer.
    /// - Throws: ``OperatorError`` if none has answered, or the error of the credentials.
    public func statuses(patience: Duration = .seconds(3)) async throws -> [WorldServerStatus] {
        let statuses = try await withLine { line in
            try await withThrowingTaskGroup(of: WorldServerStatus.self) { group in
                for world in worlds {
                    group.addTask {
                        let answer = try? await line.ask(
                            .status, on: .nothing, of: [world], patience: patience)
                        guard case .reply(.status(let status))? = answer?.content else {
                            return WorldServerStatus(number: world, status: nil)
                        }
                        return WorldServerStatus(number: world, status: status)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        guard statuses.contains(where: { $0.status != nil }) else { throw OperatorError.noAnswer }
        return statuses.sorted { $0.number < $1.number }
    }

    /// How often a command is given anew whose basis has changed.
    private static let mostAttempts = 8

    // MARK: Links

    /// Runs links with the world servers for as long as a body runs.
    private func withLine<Result: Sendable>(
        _ body: @escaping @Sendable (OperatorLine) async throws -> Result
    ) async throws -> Result {
        guard !worlds.isEmpty else { throw OperatorError.noAnswer }
        let places = realm.peers.filter { place in worlds.contains { place.name == .world($0) } }
        let node = PeerNode(
            PeerNodeConfiguration(
                .supervisor, places: places, security: links.security,
                terms: RealmTerms(realm, keys: keys)),
            network: network)
        let line = OperatorLine(node, keys: keys, network: network)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await line.run()
                return nil
            }
            group.addTask { try await body(line) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw OperatorError.noAnswer
        }
    }

    // MARK: What a command is based on

    /// What a look has shown.
    private enum Look {
        case seen(OperatorBasis)
        /// There is nothing to give the command about.
        case refused(String)

        static func refused(_ refusal: OperatorRefusal) -> Look { .refused("\(refusal)") }
    }

    /// Looks at what a command is about. The server that answered is the first one from now on.
    private func basis(
        of command: OperatorCommand, _ line: OperatorLine, _ worlds: inout [Int],
        _ patience: Duration
    ) async throws -> Look {
        let look: OperatorCommand
        switch command.need {
        case .nothing: return .seen(.nothing)
        case .process: look = .status
        case .row(let who): look = .inspect(who)
        }
        let answer = try await line.ask(look, on: .nothing, of: worlds, patience: patience)
        if let turn = worlds.firstIndex(of: answer.world) {
            worlds = Array(worlds[turn...] + worlds[..<turn])
        }
        switch (command.need, answer.content) {
        case (.process(let zone), .reply(.status(let status))):
            let known = status.zones.first { $0.name == zone.text && $0.state == "ready" }
            guard let known else { return .refused(.notReady(zone)) }
            return .seen(.process(Incarnation(rawValue: known.incarnation)))
        case (.row(let who), .reply(.character(let status))):
            if case .release = command, status.access != "\(CharacterAccess.quarantined)" {
                return .refused(.notQuarantined(who))
            }
            return .seen(.row(LoginNumber(rawValue: status.login), epoch: status.epoch))
        case (_, .reply(.refused(let text))): return .refused(text)
        default: return .refused(.noStore)
        }
    }
}

/// How a realm is, as one of its world servers sees it.
public struct WorldServerStatus: Hashable, Sendable {
    /// The server's number.
    public var number: Int
    /// What it says; nil if it has not answered.
    public var status: RealmStatus?

    /// A server's answer, or its silence.
    public init(number: Int, status: RealmStatus?) {
        (self.number, self.status) = (number, status)
    }
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
