import ParleyDatagrams
import ParleyProtocol

/// What a broadcaster knows of its predicting clients: the newest show, what each is to see of it,
/// and what each has of that.
///
/// A value without sockets or time: shows and acknowledgements go in, packets come out.
struct SnapshotBroadcaster: Sendable {
    private struct Client {
        var replica = ClientReplica()
        /// Where it looks from.
        var place = SIMD2<Double>(0, 0)
        var area: Area = 0
        var body: EntityHandle?
        /// Shows until it looks around again.
        var patience = 0
        /// The newest show that it was one of the recipients of.
        var seen: UInt32 = 0
    }

    /// One show in so many a client looks around for what came near; what it sees moves in each.
    private static let looksEvery = 4

    private let bodyLayout: EntityLayout
    private let budget: Int
    private let isChecking: Bool
    private var server: ReplicationServer
    private var grid: InterestGrid
    private var clients: [PlayerID: Client] = [:]
    private var handles: [EntityHandle] = []
    /// The tick of the newest show with something in the place.
    private var seen: [UInt32] = []

    /// A broadcaster without clients.
    ///
    /// - Parameters:
    ///   - terms: What is shown, and how far one sees.
    ///   - budget: Bytes that a client gets of one show.
    ///   - isChecking: Whether clients are told a hash of what they see.
    init(_ predictionParameters: PredictionParameters<some Sendable>, budget: Int, isChecking: Bool)
    {
        self.isChecking = isChecking
        let layout = predictionParameters.schema.layouts[predictionParameters.bodyType]
        bodyLayout = layout
        self.budget = budget
        var sizes = ReplicationServer.Configuration()
        sizes.packetSize = SessionFormat.safePacketBytes - SnapshotPacket.maximumOverhead(layout)
        server = ReplicationServer(schema: predictionParameters.schema, configuration: sizes)
        grid = InterestGrid(configuration: predictionParameters.interest)
    }

    /// Takes a show, newer than all before.
    mutating func take(_ worldSnapshot: WorldSnapshot) {
        server.beginTick(worldSnapshot.tick)
        for entry in worldSnapshot.entries {
            let index = entry.handle.index
            while seen.count <= index { seen.append(0) }
            seen[index] = worldSnapshot.tick.number
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
        handles = worldSnapshot.entries.map(\.handle)
    }

    /// Whether the newest show has it no more, or another one in its place.
    private func isGone(_ handle: EntityHandle, at tick: Tick) -> Bool {
        seen[handle.index] != tick.number || !server.contains(handle)
    }

    /// The packets for a client, the newest show having been taken.
    mutating func packets(for recipient: SnapshotRecipient, of worldSnapshot: WorldSnapshot)
        -> [Datagram]
    {
        var client = clients.removeValue(forKey: recipient.player) ?? Client()
        client.seen = worldSnapshot.tick.number
        if let acknowledgement = recipient.acknowledgement {
            client.replica.receive(acknowledgement)
        }
        let body = worldSnapshot.bodies[recipient.player].map { worldSnapshot.entries[$0] }
        look(around: body, &client)
        var said = body.map {
            SnapshotPacket.Body.state($0.handle, Array(worldSnapshot.words[$0.words]))
        }
        let snapshots = server.write(for: &client.replica, budget: budget)
        let isWhole =
            isChecking && snapshots.count == 1 && server.hasSentEverything(to: client.replica)
        let hash = isWhole ? server.worldHash(of: client.replica) : nil
        let datagrams = snapshots.map { snapshot in
            defer { said = .unsaid }
            let packet = SnapshotPacket(
                tick: worldSnapshot.tick, report: recipient.report, body: said ?? .none,
                worldHash: hash, snapshot: snapshot)
            return ServerPacket.worldSnapshot(encoding: packet, layout: bodyLayout)
        }
        clients[recipient.player] = client
        return datagrams
    }

    /// Forgets who was no recipient of the newest show, but for those who are away.
    mutating func forgetOthers(than tick: Tick, except away: Set<PlayerID>) {
        clients = clients.filter { $0.value.seen == tick.number || away.contains($0.key) }
    }

    /// What the client is to be shown: a look now and then, and at once when it is elsewhere.
    private func look(around body: WorldSnapshot.Entry?, _ client: inout Client) {
        let area = body?.area ?? client.area
        let isElsewhere = area != client.area || body?.handle != client.body
        client.patience -= 1
        guard client.patience <= 0 || isElsewhere else { return }
        client.patience = Self.looksEvery
        client.place = body?.place ?? client.place
        client.area = area
        client.body = body?.handle
        grid.show(
            to: &client.replica, x: client.place.x, y: client.place.y, in: area,
            except: body?.handle)
    }
}
