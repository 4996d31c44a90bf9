import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleySessions
import ParleySimulation
import ParleySockets
import ParleyZones
import Testing

/// A realm of one world server and two zones, each on a host of its own.
enum PeerRealm {
    static let world = PeerName.world(0)
    static let north = zone("north")
    static let east = zone("east")

    static let places = [
        PeerPlace(world, host: "world", port: 7000), PeerPlace(north, host: "north", port: 7000),
        PeerPlace(east, host: "east", port: 7000),
    ]

    static func zone(_ text: String) -> PeerName {
        guard let name = ZoneName(text) else { preconditionFailure("\(text) is no zone's name") }
        return .zone(name)
    }

    /// What a zone may send to a zone, told apart by a number.
    static func toZone(_ number: UInt64) -> PeerMessage {
        .warm(
            HandoffID(
                character: CharacterID(rawValue: 7), epoch: Epoch(generation: 1, number: 8),
                mark: number))
    }

    /// What a zone may send to a world server.
    static func toWorld(_ number: UInt64, from zone: PeerName = north) -> PeerMessage {
        .ask(.beat(process(zone), number: number))
    }

    /// What a world server may send to a zone.
    static func fromWorld(_ number: UInt64) -> PeerMessage {
        .end(EndedSession(CharacterID(rawValue: number), LoginNumber(rawValue: 1)))
    }

    /// What a zone sends to a world server with a state of so many bytes.
    static func checkpoint(bytes: Int) -> PeerMessage {
        .ask(
            .checkpoint(
                CharacterID(rawValue: 7), Owner(process(north), Epoch(generation: 1, number: 8)),
                SealedPlayer(
                    login: LoginNumber(rawValue: 1), tick: 0, requests: 0, notices: 0,
                    noticeTail: [], commands: [], deals: [], outboxSeen: 0, stateVersion: 1,
                    state: Datagram(bytes: [UInt8](repeating: 7, count: bytes)))))
    }

    private static func process(_ zone: PeerName) -> ZoneProcess {
        guard case .zone(let name) = zone else { preconditionFailure("\(zone) is no zone") }
        return ZoneProcess(name, Incarnation(rawValue: 1))
    }
}

extension Simulation {
    /// A server of the realm on its host.
    func node(
        _ name: PeerName, limits: PeerLimits = PeerLimits(),
        places: [PeerPlace] = PeerRealm.places, credentials: RealmCredentials? = nil,
        versions: PeerVersions = .current
    ) -> PeerNode {
        var configuration = PeerNodeConfiguration(
            name, places: places, port: 7000, security: credentials.map { .realm($0) } ?? .none)
        configuration.limits = limits
        configuration.versions = versions
        return PeerNode(configuration, network: peerHost(name))
    }

    /// The host of a server: of the name in its place.
    func peerHost(_ name: PeerName) -> SimulatedHost {
        host(PeerRealm.places.first { $0.name == name }?.host ?? "\(name)")
    }

    /// Runs servers for as long as a body runs, once they listen.
    func running<Result: Sendable>(
        _ nodes: [PeerNode], _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.run() } }
            for node in nodes { _ = try await node.ready() }
            let result = try await body()
            group.cancelAll()
            while let ended = await group.nextResult() {
                #expect(throws: CancellationError.self) { try ended.get() }
            }
            return result
        }
    }

    /// Waits in virtual time, at most 20 s, until a condition holds.
    func until(_ condition: () -> Bool) async throws {
        for _ in 0..<20_000 {
            if condition() { return }
            try await clock.sleep(for: .milliseconds(1))
        }
        Issue.record("the condition never held")
    }
}

extension PeerNode {
    /// Sends until there is a link, and then once more: that one arrives.
    func sendOverNewLink(
        _ message: PeerMessage, to peer: PeerName, in simulation: Simulation
    ) async throws {
        send(message, to: peer)
        try await simulation.until { statistics.links > 0 }
        send(message, to: peer)
    }

    /// The next message; nil at the end.
    func next() async -> ReceivedPeerMessage? {
        await received.first { _ in true }
    }

    /// The first event that is one of those asked for.
    func event(where isIt: (PeerEvent) -> Bool) async -> PeerEvent? {
        for await event in events where isIt(event) { return event }
        return nil
    }
}

/// A program that speaks to servers byte by byte.
struct RawPeer {
    let connection: Connection

    /// Connects to a server from a host. What it sends has no frames but those made here.
    init(_ host: SimulatedHost, to server: String) async throws {
        connection = try await ConnectionManager(network: host).connect(
            to: server, port: 7000, options: ConnectionOptions(framing: .raw))
        await connection.setFraming(.lengthPrefixed(.uint32))
    }

    /// Connects with credentials of a realm.
    init(
        _ host: SimulatedHost, to server: String, with credentials: RealmCredentials
    ) async throws {
        let manager = ConnectionManager(network: host)
        connection = try await manager.connect(
            to: server, port: 7000, timeout: .seconds(1),
            options: ConnectionOptions(framing: .raw), realm: manager.load(credentials))
    }

    func send(_ message: PeerMessage) async throws {
        try await send(try message.encoded().bytes)
    }

    /// Sends a frame with these bytes; it announces another length if it is told to.
    func send(_ bytes: [UInt8], announcing count: Int? = nil) async throws {
        var frame = Datagram()
        frame.append(UInt32(count ?? bytes.count))
        frame.append(bytes: bytes)
        try await connection.send(frame)
    }

    func sayHello(_ name: PeerName) async throws {
        try await send(.hello(PeerHello(name)))
    }
}

extension PeerStatistics {
    /// Links, sent, received, dropped, unsendable and refused.
    var all: [Int] { [links, sent, received, dropped, unsendable, refused] }
}
