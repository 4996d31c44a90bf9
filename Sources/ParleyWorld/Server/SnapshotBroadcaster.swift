import ParleyDatagrams
package import ParleyProtocol
import ParleySessions
import ParleySockets

/// The broadcaster's state of the predicting clients: the newest snapshot of the world, the
/// entities that each client receives, and what each has acknowledged.
///
/// A value without sockets or time: snapshots and acknowledgements go in, packets come out. Everything
/// lies in arrays: clients in the order of the players, entities by the index of their handles.
package struct SnapshotBroadcaster: Sendable {
    private struct Client: Sendable {
        var replica = ClientReplica()
        /// The position of the last visibility update.
        var place = SIMD2<Double>(0, 0)
        var area: Area = 0
        var body: EntityHandle?
        /// The tick of the next visibility update.
        var nextVisibilityUpdate: UInt32 = 0
    }

    /// Where an entity is in the newest snapshot that has it.
    private struct Presence: Sendable {
        var tick: UInt32 = 0
        var entry: Int32 = 0
    }

    /// How often the visible entities of a client are chosen anew. Entities that are visible
    /// already move in each snapshot.
    private static let visibilityUpdatesPerSecond = 5
    /// A body that moved farther than this part of the radius is updated at once.
    private static let longWay = 0.125

    private let bodyLayout: EntityLayout
    private let budget: Int
    private let isChecking: Bool
    private let ticksPerVisibilityUpdate: UInt32
    private let longWaySquared: Double
    private var server: ReplicationServer
    private var grid: InterestGrid

    /// The players whose clients these are, in ascending order.
    private var players: [PlayerID] = []
    private var clients: [Client] = []
    /// Where the search for the next recipient begins: they come in ascending order.
    private var nextClient = 0
    private var nextBody = 0

    private var handles: [EntityHandle] = []
    private var presences: [Presence] = []
    private var newest: WorldSnapshot?

    /// The packets of the newest call of ``write(for:)``.
    package private(set) var batch = PacketBatch()

    /// A broadcaster without clients.
    ///
    /// - Parameters:
    ///   - predictionParameters: The types of entities, and how far players see.
    ///   - budget: The bytes that a client gets of one snapshot.
    ///   - tickRate: Ticks a second.
    ///   - isChecking: Whether clients get a hash of what they are shown.
    package init(
        _ predictionParameters: PredictionParameters<some Sendable>, budget: Int, tickRate: Int,
        isChecking: Bool
    ) {
        self.isChecking = isChecking
        let layout = predictionParameters.schema.layouts[predictionParameters.bodyType]
        bodyLayout = layout
        self.budget = budget
        ticksPerVisibilityUpdate = UInt32(
            clamping: max(1, tickRate / Self.visibilityUpdatesPerSecond))
        var sizes = ReplicationServer.Configuration()
        sizes.packetSize = SessionFormat.safePayloadBytes - SnapshotPacket.maximumOverhead(layout)
        // An entity may have a new state in each tick, and a baseline may be 64 ticks old.
        sizes.history = 64
        server = ReplicationServer(schema: predictionParameters.schema, configuration: sizes)
        grid = InterestGrid(configuration: predictionParameters.interest)
        let way = predictionParameters.interest.radius * Self.longWay
        longWaySquared = way * way
    }

    /// Takes a snapshot of the world, newer than all before.
    package mutating func take(_ worldSnapshot: WorldSnapshot) {
        server.beginTick(worldSnapshot.tick)
        for (number, entry) in worldSnapshot.entries.enumerated() {
            let index = entry.handle.index
            let missing = index + 1 - presences.count
            if missing > 0 {
                presences.append(contentsOf: repeatElement(Presence(), count: missing))
            }
            presences[index] = Presence(tick: worldSnapshot.tick.number, entry: Int32(number))
            server.mirror(
                worldSnapshot.words.span.extracting(entry.words), as: entry.handle, type: entry.type
            )
            grid.place(
                entry.handle, x: entry.place.x, y: entry.place.y, in: entry.area,
                importance: entry.importance)
        }
        for handle in handles where isGone(handle, at: worldSnapshot.tick) {
            server.mirrorEnd(of: handle)
            grid.remove(handle)
        }
        handles.removeAll(keepingCapacity: true)
        for entry in worldSnapshot.entries { handles.append(entry.handle) }
        newest = worldSnapshot
        (nextClient, nextBody) = (0, 0)
    }

    /// Whether the newest snapshot has an entity no more, or another one in its place.
    private func isGone(_ handle: EntityHandle, at tick: Tick) -> Bool {
        presences[handle.index].tick != tick.number || !server.contains(handle)
    }

    /// Forgets the clients of all players but these.
    ///
    /// - Parameter present: In ascending order.
    package mutating func forgetAll(but present: [PlayerID]) {
        var gone: [Int] = []
        var next = 0
        for (place, player) in players.enumerated() {
            while next < present.count, present[next] < player { next += 1 }
            if next == present.count || present[next] != player { gone.append(place) }
        }
        for place in gone.reversed() {
            players.remove(at: place)
            clients.remove(at: place)
        }
    }

    /// How many clients it knows.
    package var clientCount: Int { clients.count }

    /// Writes the packets for a client into ``batch``, from the newest snapshot that was taken.
    ///
    /// Recipients in the order of their players are found fastest.
    package mutating func write(for recipient: SnapshotRecipient) {
        batch.removeAll()
        guard let worldSnapshot = newest else { return }
        let place = place(of: recipient.player)
        if let acknowledgement = recipient.acknowledgement {
            clients[place].replica.receive(acknowledgement)
        }
        let body = body(of: recipient.player, in: worldSnapshot)
        updateVisibility(around: body, place, at: worldSnapshot.tick, of: recipient.player)
        if isChecking {
            writeChecked(for: recipient, place, body, worldSnapshot)
        } else {
            beginPackets(for: recipient, body?.handle, worldSnapshot.tick)
            server.write(for: &clients[place].replica, budget: budget, into: &batch)
        }
    }

    /// Makes the packets that take a client what it is due.
    mutating func send(
        to recipient: SnapshotRecipient, at now: NetworkInstant,
        into deliveries: inout [PacketDelivery]
    ) {
        write(for: recipient)
        for packet in 0..<batch.count {
            recipient.link?.send(.worldSnapshot, batch[packet], at: now, into: &deliveries)
        }
    }

    /// Where a player's client is; it is there afterwards.
    private mutating func place(of player: PlayerID) -> Int {
        var place = nextClient
        if place > 0, players[place - 1] >= player { place = 0 }
        while place < players.count, players[place] < player { place += 1 }
        if place == players.count || players[place] != player {
            players.insert(player, at: place)
            clients.insert(Client(), at: place)
        }
        nextClient = place + 1
        return place
    }

    /// The entity that a player moves in a snapshot.
    private mutating func body(of player: PlayerID, in worldSnapshot: WorldSnapshot)
        -> WorldSnapshot.Entry?
    {
        let bodies = worldSnapshot.bodies
        if nextBody > 0, bodies[nextBody - 1].player >= player { nextBody = 0 }
        while nextBody < bodies.count, bodies[nextBody].player < player { nextBody += 1 }
        guard nextBody < bodies.count, bodies[nextBody].player == player else { return nil }
        let handle = bodies[nextBody].handle
        guard handle.index < presences.count else { return nil }
        let presence = presences[handle.index]
        guard presence.tick == worldSnapshot.tick.number else { return nil }
        let entry = worldSnapshot.entries[Int(presence.entry)]
        return entry.handle == handle ? entry : nil
    }

    // MARK: Packets

    /// Writes what precedes the snapshot in each packet.
    private mutating func beginPackets(
        for recipient: SnapshotRecipient, _ body: EntityHandle?, _ tick: Tick
    ) {
        batch.head.removeAll(keepingCapacity: true)
        SnapshotPacket.appendHead(
            to: &batch.head, tick: tick, report: recipient.report, body: body, from: &server)
        batch.laterHead.removeAll(keepingCapacity: true)
        SnapshotPacket.appendLaterHead(to: &batch.laterHead, tick: tick, report: recipient.report)
    }

    /// Writes packets with a hash of what the client is shown, which is known when they are written.
    private mutating func writeChecked(
        for recipient: SnapshotRecipient, _ place: Int, _ body: WorldSnapshot.Entry?,
        _ worldSnapshot: WorldSnapshot
    ) {
        let snapshots = server.write(for: &clients[place].replica, budget: budget)
        let isWhole =
            snapshots.count == 1 && server.hasSentEverything(to: clients[place].replica)
        let hash = isWhole ? server.worldHash(of: clients[place].replica) : nil
        var state = body.map {
            SnapshotPacket.Body.state($0.handle, Array(worldSnapshot.words[$0.words]))
        }
        for snapshot in snapshots {
            let packet = SnapshotPacket(
                tick: worldSnapshot.tick, report: recipient.report, body: state ?? .none,
                worldHash: hash, snapshot: snapshot)
            batch.append(Datagram { packet.encode(into: &$0, layout: bodyLayout) })
            state = .omitted
        }
    }

    // MARK: Interest

    /// Chooses the entities that a client receives: a few times a second, and at once if its body
    /// moved far.
    private mutating func updateVisibility(
        around body: WorldSnapshot.Entry?, _ place: Int, at tick: Tick, of player: PlayerID
    ) {
        let (area, eye) = (body?.area ?? clients[place].area, clients[place].place)
        let isElsewhere =
            area != clients[place].area || body?.handle != clients[place].body
            || body.map { isFar($0.place, from: eye) } ?? false
        let nextVisibilityUpdate = clients[place].nextVisibilityUpdate
        guard isElsewhere || tick.number >= nextVisibilityUpdate else { return }
        // The first interval depends on the player, so that not all are updated in the same tick.
        let parts = nextVisibilityUpdate == 0 ? 1 + player.rawValue % 4 : 4
        clients[place].nextVisibilityUpdate =
            tick.number &+ max(1, ticksPerVisibilityUpdate * parts / 4)
        clients[place].place = body?.place ?? eye
        clients[place].area = area
        clients[place].body = body?.handle
        grid.show(
            to: &clients[place].replica, x: clients[place].place.x, y: clients[place].place.y,
            in: area, except: body?.handle)
    }

    private func isFar(_ place: SIMD2<Double>, from other: SIMD2<Double>) -> Bool {
        let way = place - other
        return (way * way).sum() > longWaySquared
    }
}
