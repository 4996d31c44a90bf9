import ParleyDatagrams
public import ParleyHandoff
import ParleyProtocol
import ParleySecurity
public import ParleySessions
public import ParleySockets
public import ParleyWorld

/// The server of one zone: a `GameServer` whose players come by ticket, whose characters cross borders, and which acts
/// only as long as the store lets it.
///
/// ```swift
/// let server = ZoneServer(town, of: realm, keys: keys) { Land($0) }
/// try await server.run()
/// ```
///
/// It registers with a world server, and heartbeats from then on. One that is lost or silent it leaves for the next of the
/// realm. Without an answer of any it freezes before its lease ends.
public actor ZoneServer<W: ZoneWorld> {
    /// The zone's name.
    public nonisolated let name: ZoneName
    /// The zone's world.
    public nonisolated let world: W
    /// The network that it listens on.
    public nonisolated let network: any Network

    nonisolated let realm: RealmConfiguration
    nonisolated let core: ZoneCore
    nonisolated let node: PeerNode
    nonisolated let server: GameServer<W>
    nonisolated let log: any ServerLog
    private let place: ServerPlace
    private var hasRun = false
    private var listening: String?

    /// A zone's server that is not yet running.
    ///
    /// - Parameters:
    ///   - name: The zone's name on the realm's map.
    ///   - realm: The realm, as all its servers know it.
    ///   - keys: What opens tickets: the same in all servers of the realm.
    ///   - links: What protects the links with the other servers.
    ///   - configuration: The rates and limits for players. Its ports are those of the realm's ``ServerPlace``.
    ///   - log: Hears what an operator acts on.
    ///   - network: The system's sockets, or a simulation's. The server uses one of its loops.
    ///   - makeWorld: Makes the zone's world.
    /// - Throws: ``ZoneServerError/unknownZone(_:)`` if the realm has no such zone, or no place for it.
    public init(
        _ name: ZoneName, of realm: RealmConfiguration, keys: RealmKeys,
        links: ServerLinks = .local,
        configuration: GameServerConfiguration = GameServerConfiguration(),
        log: any ServerLog = NoLog(), network: any Network = SystemNetwork(),
        makeWorld: @Sendable (Zone<W.Game.Rules>) -> W
    ) throws(ZoneServerError) {
        guard let area = realm.map.area(of: name), let place = realm.zones[name.text] else {
            throw .unknownZone(name)
        }
        self.name = name
        self.realm = realm
        self.network = network
        self.place = place
        self.log = log
        let core = ZoneCore(
            name, in: realm.map, area: area, settings: realm.settings, timings: realm.timings,
            versions: StateVersions(
                written: W.State.version, newestReadable: W.State.newestReadable),
            network: network)
        self.core = core
        node = PeerNode(
            PeerNodeConfiguration(
                .zone(name), places: realm.peers, host: links.host, port: place.serverPort,
                security: links.security, terms: RealmTerms(realm, keys: keys)),
            network: network)
        world = makeWorld(Zone(core))
        var configuration = configuration
        configuration.port = place.playerPort
        configuration.holdsRequestsBack = true
        configuration.maximumPlayers = max(
            configuration.maximumPlayers, 2 * realm.settings.capacity)
        server = GameServer(
            world: world, configuration: configuration, network: network, recording: nil,
            authenticator: ZoneAuthenticator(
                core: core, keys: keys, machine: network.nextSocketLoop().machine),
            isFrozen: { core.isFrozen }, snapshotExceptions: { core.snapshotExceptions })
    }

    /// The counts since the start.
    public nonisolated var statistics: ZoneStatistics { core.statistics }

    /// The process as the store knows it; nil before it has registered.
    public nonisolated var process: ZoneProcess? { core.process }

    /// The process that has the zone's name, while this one waits for it: until it has drained, or until its lease is over.
    public nonisolated var holder: ZoneProcess? { core.holder }

    /// Whether the zone stands still, since no world server answers.
    public nonisolated var isFrozen: Bool { core.isFrozen }

    /// The counts of the server of the players.
    public nonisolated var serverStatistics: ServerStatistics {
        get async { await server.statistics }
    }

    /// Waits until players can connect.
    ///
    /// - Throws: What `run()` threw instead.
    public nonisolated func ready() async throws -> ServerAddresses { try await server.ready() }

    /// Takes nobody any more, and hands everybody over to neighbours, as far as they take them within
    /// ``ZoneSettings/drainPatience``; the rest leaves the realm. ``run()`` returns when all have left.
    public nonisolated func drain() { core.drain() }

    /// Serves until cancelled, until it was drained, or until the store declares the process gone. Called once.
    ///
    /// - Throws: ``ZoneServerError``, or the errors of the sockets and of the world's `run()`.
    public func run() async throws {
        guard !hasRun else { throw ZoneServerError.alreadyRun }
        hasRun = true
        do {
            try await serve()
            sayEnd(nil)
        } catch {
            sayEnd(error)
            throw error
        }
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.server.run() }
            group.addTask { try await self.node.run() }
            group.addTask { try await self.announce() }
            group.addTask { await self.receivePeers() }
            group.addTask { await self.watchLinks() }
            group.addTask { try await self.carryOut() }
            group.addTask { try await self.keepTime() }
            if !(log is NoLog) { group.addTask { try await self.keepLog() } }
            do {
                while try await group.next() != nil {}
            } catch is ZoneDrained {
                group.cancelAll()
            }
        }
    }

    /// Tells the core where players connect, once they can.
    private func announce() async throws {
        let addresses = try await server.ready()
        let port = addresses.tcp.port
        if let pin = addresses.pin, let invite = try? Invite(host: place.host, port: port, pin: pin)
        {
            listening = invite.description
        } else {
            listening =
                place.host.contains(":") ? "[\(place.host)]:\(port)" : "\(place.host):\(port)"
        }
        core.setAddress(listening ?? "")
        try await network.clock.sleep(until: NetworkInstant(nanoseconds: .max), tolerance: nil)
    }

    private func receivePeers() async {
        for await received in node.received {
            switch received.sender {
            case .world: core.receive(received.message, from: .world)
            case .zone(let zone): core.receive(received.message, from: .zone(zone))
            case .supervisor: break
            }
        }
    }

    /// Sends what the core asks for, at once.
    private func carryOut() async throws {
        for await _ in core.signal.elements() {
            let work = core.takeWork()
            for message in work.messages { send(message) }
            for (player, text) in work.endings { await server.kick(player, because: text) }
            if work.isOver { throw ZoneServerError.retired(name) }
        }
        try Task.checkCancellation()
    }

    private func send(_ message: OutgoingMessage) {
        switch message {
        case .zone(let message, let zone): node.send(message, to: .zone(zone))
        case .world(let message, let number):
            node.send(message, to: .world(place(ofWorld: number)))
            // Each world server is to know where this zone's players connect.
            guard case .ask(.beat(let process, _)) = message, let listening else { return }
            for world in realm.worlds.indices {
                node.send(.listening(process, address: listening), to: .world(world))
            }
        }
    }

    /// Which world server is meant: zones begin with different ones, and go on with the next.
    private func place(ofWorld number: Int) -> Int {
        let first = realm.map.names.firstIndex(of: name) ?? 0
        return (first + number) % max(1, realm.worlds.count)
    }

    /// Leaves a world server whose link is lost without waiting until it was silent for long.
    private func watchLinks() async {
        guard realm.worlds.count > 1 else { return }
        for await event in node.events {
            switch event {
            case .unlinked(.world(let world), _), .unreachable(.world(let world), _):
                guard !node.isLinked(with: .world(world)) else { continue }
                core.leaveWorld { place(ofWorld: $0) == world }
            default: continue
            }
        }
    }

    /// Lets the core do what is due.
    private func keepTime() async throws {
        while true {
            try Task.checkCancellation()
            let next = core.advance()
            if core.isDrained { throw ZoneDrained() }
            // What happens meanwhile may be due sooner.
            let wake = min(next, core.now + Self.interval)
            let instant = NetworkInstant(nanoseconds: wake.wholeNanoseconds)
            try await network.clock.sleep(until: instant, tolerance: nil)
        }
    }

    private static var interval: Duration { .milliseconds(20) }
}

/// A zone that was drained is empty.
private struct ZoneDrained: Error {}

/// The reason why a zone's server does not run.
public enum ZoneServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The realm has no zone of that name, or no place for it.
    case unknownZone(ZoneName)
    /// The store has declared the process gone: it was not heard for too long, somebody saw it die, or a new generation has
    /// begun. Another one may have the zone's name. Start a new one.
    case retired(ZoneName)
    /// `run()` works once; make another server for another run.
    case alreadyRun

    /// The reason in words.
    public var description: String {
        switch self {
        case .unknownZone(let name): "the realm has no zone \(name), or no place for it"
        case .retired(let name):
            "the realm has given zone \(name) up: this process was not heard for too long, was declared dead, "
                + "or is of an earlier generation"
        case .alreadyRun: "a zone's server runs once"
        }
    }
}
