import ParleyDatagrams
import ParleyHandoff
public import ParleySecurity
public import ParleySessions
public import ParleySockets
public import ParleyStore
import Synchronization

/// A realm's world server: it takes logins, sends players to the zones that hold their characters, carries chat, and
/// asks the store for the zones.
///
/// ```swift
/// let world = WorldServer(realm, store: try await SQLiteStore(path: "realm.db"), logins: .names)
/// try await world.run()
/// ```
///
/// It keeps no truth: another one goes on where it stopped, such as the next of several that share a store. While none
/// is there, zones play on, borders stay closed, and nobody leaves.
public actor WorldServer {
    /// The realm.
    public nonisolated let realm: RealmConfiguration
    /// Its number in the realm.
    public nonisolated let number: Int
    /// The network that it listens on.
    public nonisolated let network: any Network

    nonisolated let security: StreamSecurity.Server
    /// The local address for players; nil for all.
    private nonisolated let host: String?
    nonisolated let keys: RealmKeys
    nonisolated let log: any ServerLog
    let gate: StoreGate
    let accounts: AccountService
    nonisolated let node: PeerNode
    private let bound = Promise<Result<WorldServerAddresses, any Error>>()

    var directory: WorldDirectory
    var clients: [UInt64: WorldClient] = [:]
    /// The links of the players whose sessions have begun here.
    var linkByCharacter: [CharacterID: UInt64] = [:]
    /// The same, by the names of their accounts.
    var linkByName: [String: UInt64] = [:]
    var nextLink: UInt64 = 1
    /// Whispers to players who are not here, until another world server says that they are there.
    var whispers = OpenWhispers()
    /// Where the zones' players connect.
    var addresses: [ZoneProcess: String] = [:]
    var random: any RandomNumberGenerator & Sendable
    var counts = WorldServerStatistics()
    var storeCalls = StoreCallCounts()
    /// What the store's rows showed operators when they were last looked at.
    var newestHealth: (health: StoreHealth, at: Duration)?
    /// Calls of the store that are under way.
    private var callsUnderWay = 0
    /// Zones' checkpoints, which share transactions. They are among the calls that are under way.
    var checkpoints = WaitingCheckpoints()
    /// Those of each zone's deals and sheets.
    private var dealingsUnderWay: [ZoneName: Set<StoreCall>] = [:]
    /// When the store is next asked to forget old deals.
    var nextTrimAt: Duration?
    /// Calls that are to be made, for the task that makes them.
    private nonisolated let calls = BoundedMailbox<StoreCall>(capacity: mostCalls)
    /// Operators' commands that wait, sealed. One more is dropped: it is sent again.
    nonisolated let operations = BoundedMailbox<Datagram>(capacity: 64)
    var operatorLog = OperatorLog()
    /// When it last looked what is due, and when it last found that it had stood still.
    var watchedAt: Duration?
    var wokeAt: Duration?
    private var hasRun = false

    enum StoreCall: Hashable, Sendable {
        case ownership(OwnershipRequest, WorldDirectory.Asker)
        case deal(DealRequest, ZoneName)
        case read(SheetRequest, ZoneName)
        case trim

        /// The zone whose deal or sheet it is.
        var zone: ZoneName? {
            switch self {
            case .deal(_, let zone), .read(_, let zone): zone
            case .ownership, .trim: nil
            }
        }
    }

    /// How many calls of the store are under way or wait. One more is dropped: who asked asks again.
    static let mostCalls = 4_096
    /// How many of them are one zone's deals and sheets: no zone keeps the others from theirs.
    static let mostDealings = 512

    /// A world server that is not yet running.
    ///
    /// - Parameters:
    ///   - realm: The realm, as all its servers know it.
    ///   - number: Which of the realm's world servers it is, from 0 on.
    ///   - store: What must not be lost: the same for all world servers of the realm.
    ///   - logins: How players prove who they are.
    ///   - keys: What seals tickets: the same in all servers of the realm.
    ///   - links: What protects the links with the other servers.
    ///   - host: The local address at which it listens for players; nil for all addresses.
    ///   - security: What protects players' connections.
    ///   - log: Hears what an operator acts on.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        _ realm: RealmConfiguration, number: Int = 0, store: any Store,
        logins: AccountService.Logins, keys: RealmKeys, links: ServerLinks = .local,
        host: String? = nil, security: StreamSecurity.Server = .automatic,
        log: any ServerLog = NoLog(), network: any Network = SystemNetwork()
    ) {
        self.realm = realm
        self.number = number
        self.keys = keys
        self.host = host
        self.security = security
        self.log = log
        self.network = network
        gate = StoreGate(store: store)
        accounts = AccountService(store: store, logins: logins)
        directory = WorldDirectory(
            entrance: realm.map.entrance,
            neighbours: Dictionary(
                uniqueKeysWithValues: realm.map.names.map { ($0, realm.map.neighbours(of: $0)) }),
            timings: realm.timings)
        random = network.makeRandomNumberGenerator()
        let place = realm.worlds.indices.contains(number) ? realm.worlds[number] : nil
        node = PeerNode(
            PeerNodeConfiguration(
                .world(number), places: realm.peers + [.operators], host: links.host,
                port: place?.serverPort ?? 0, security: links.security,
                terms: RealmTerms(realm, keys: keys)),
            network: network)
    }

    /// The counts since the start.
    public var statistics: WorldServerStatistics {
        var counts = counts
        counts.clients = clients.count
        counts.waitingCalls = callsUnderWay
        counts.zones = directory.zones.count { $0.state == .ready }
        return counts
    }

    /// Waits until clients can connect.
    ///
    /// - Throws: What `run()` threw instead.
    public nonisolated func ready() async throws -> WorldServerAddresses {
        try await bound.value().get()
    }

    /// Serves until cancelled, or until a socket fails. Called once.
    ///
    /// - Throws: The errors of the sockets.
    public func run() async throws {
        precondition(!hasRun, "a world server runs once")
        hasRun = true
        let network = SingleLoopNetwork(network)
        do {
            try await withTaskExecutorPreference(network.loop.taskExecutor) {
                try await serve(on: network)
            }
            bound.fulfil(.failure(CancellationError()))
        } catch {
            bound.fulfil(.failure(error))
            guard Task.isCancelled, error is CancellationError else { throw error }
        }
    }

    private func serve(on network: SingleLoopNetwork) async throws {
        let manager = ConnectionManager(network: network)
        let result: Result<Void, any Error>
        do {
            result = .success(try await runChildren(manager))
        } catch {
            result = .failure(error)
        }
        await manager.shutdown(within: Self.closingTime)
        try result.get()
    }

    static let closingTime = Duration.seconds(2)

    private func runChildren(_ manager: ConnectionManager) async throws {
        let place = realm.worlds.indices.contains(number) ? realm.worlds[number] : nil
        let listener = try await manager.listen(
            host: host, port: place?.playerPort ?? 0, security: security)
        bound.fulfil(
            .success(
                WorldServerAddresses(players: listener.localAddress, pin: listener.identity?.pin)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.node.run() }
            group.addTask { await self.accept(from: listener, manager) }
            group.addTask { await self.receivePeers() }
            group.addTask { await self.callStore() }
            group.addTask { await self.serveOperators() }
            group.addTask { try await self.watch() }
            if !(log is NoLog) { group.addTask { try await self.keepLog() } }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }

    // MARK: The store

    /// Makes the calls of the store, each in a child task.
    private func callStore() async {
        await withDiscardingTaskGroup { group in
            while let call = await calls.next() {
                group.addTask { await self.make(call) }
            }
        }
    }

    private func make(_ call: StoreCall) async {
        let isAnswered: Bool
        switch call {
        case .ownership(let request, let asker):
            if case .checkpoint(let character, _, _) = request {
                return await write(
                    WaitingCheckpoints.Entry(character: character, request: request, asker: asker))
            }
            isAnswered = take(await gate.answer(request), to: request, for: asker)
        case .deal(let request, let zone): isAnswered = await answer(request, of: zone)
        case .read(let request, let zone): isAnswered = await answer(request, of: zone)
        case .trim:
            await gate.trim(before: realm.retention.date(at: date))
            isAnswered = true
        }
        finish(call, isAnswered: isAnswered)
    }

    /// Takes the store's answer, if there is one.
    func take(
        _ answer: OwnershipAnswer?, to request: OwnershipRequest, for asker: WorldDirectory.Asker
    ) -> Bool {
        guard let answer else { return false }
        storeCalls.note(answer, to: request)
        take(answer, for: asker)
        return true
    }

    /// Notes the end of a call.
    func finish(_ call: StoreCall, isAnswered: Bool) {
        callsUnderWay -= 1
        if let zone = call.zone { dealingsUnderWay[zone]?.remove(call) }
        // An unknown outcome is not answered: who asked asks again.
        if !isAnswered { counts.unanswered += 1 }
    }

    /// Has the store asked. A zone's repetition of what is under way is dropped.
    func ask(_ call: StoreCall) {
        if let zone = call.zone {
            let underWay = dealingsUnderWay[zone, default: []]
            if underWay.contains(call) { return }
            guard underWay.count < Self.mostDealings else { return counts.droppedCalls += 1 }
        }
        guard callsUnderWay < Self.mostCalls, calls.offer(call) else {
            return counts.droppedCalls += 1
        }
        callsUnderWay += 1
        if let zone = call.zone { dealingsUnderWay[zone, default: []].insert(call) }
    }
}

/// Where a world server can be reached.
public struct WorldServerAddresses: Hashable, Sendable {
    /// Where players connect.
    public let players: SocketAddress
    /// The server's public key; nil if the port is plain.
    public let pin: PublicKeyPin?
}

/// What a world server has counted since its start.
public struct WorldServerStatistics: Hashable, Sendable {
    /// Clients that are connected.
    public package(set) var clients = 0
    /// Zones that take players.
    public package(set) var zones = 0
    /// Sessions that have begun.
    public package(set) var logins: UInt64 = 0
    /// Logins that were refused.
    public package(set) var refusals: UInt64 = 0
    /// Tickets that were given.
    public package(set) var tickets: UInt64 = 0
    /// Messages of players that were passed on, once each.
    public package(set) var chats: UInt64 = 0
    /// Calls of the store whose outcome stayed unknown.
    public package(set) var unanswered: UInt64 = 0
    /// Calls of the store that are under way now, or wait.
    public package(set) var waitingCalls = 0
    /// Calls that were not made, because too many were under way.
    public package(set) var droppedCalls: UInt64 = 0
    /// Answers to zones' deals, repetitions included.
    public package(set) var deals: UInt64 = 0
    /// Requests of zones that they may not make, deals for characters of others among them.
    public package(set) var forbidden: UInt64 = 0
}
