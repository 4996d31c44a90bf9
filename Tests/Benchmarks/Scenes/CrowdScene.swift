import Parley

/// A player's body as most games with a floor have it.
struct Walker: Replicated {
    var x = 0.0
    var y = 0.0
    var z = 0.0
    var facing = 0.0
    var health = 100
    var isJumping = false

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("x", &x, .fixed(in: -512...512, precision: 0.01))
        visit("y", &y, .fixed(in: -512...512, precision: 0.01))
        visit("z", &z, .fixed(in: -64...64, precision: 0.01))
        visit("facing", &facing, .angle(bits: 12))
        visit("health", &health, .integer(in: 0...100))
        visit("is jumping", &isJumping)
    }
}

/// A thousand walkers, and clients that see fifty each: 60 ticks a second, a snapshot every third,
/// acknowledged two snapshots (100 ms) later.
struct CrowdScene {
    static let walkerCount = 1000
    static let visibleCount = 50
    static let ticksPerSnapshot: UInt32 = 3

    private(set) var server: ReplicationServer
    private(set) var clients: [ClientReplica]
    private let type: EntityType<Walker>
    private var walkers: [Walker]
    private var handles: [EntityHandle] = []
    private var number: UInt32 = 0

    init(clientCount: Int) {
        var schema = ReplicationSchema()
        type = schema.register(Walker.self, named: "walker")
        server = ReplicationServer(schema: schema)
        walkers = (0..<Self.walkerCount).map { index in
            Walker(x: Double(index % 40) * 20 - 400, y: Double(index / 40) * 20 - 250)
        }
        clients = (0..<clientCount).map { _ in ClientReplica() }
        for walker in walkers {
            if let handle = server.spawn(walker, as: type) { handles.append(handle) }
        }
        for client in clients.indices {
            let first = client * 37
            for step in 0..<Self.visibleCount {
                clients[client].show(handles[(first + step * 7) % handles.count])
            }
        }
    }

    /// Moves all walkers on, 3 to 6 metres a second.
    mutating func walk() {
        number += Self.ticksPerSnapshot
        let time = Double(number) / 60
        for index in walkers.indices {
            let heading = Double(index) + time * 0.3
            let speed = (3 + Double(index % 7) * 0.5) / 60 * Double(Self.ticksPerSnapshot)
            // A turn of the heading in a few terms is as good as a sine here, and as fast as a game's.
            let turn = heading - (heading / 2).rounded(.down) * 2 - 1
            walkers[index].x += turn * speed
            walkers[index].y += (1 - turn.magnitude) * speed * (index.isMultiple(of: 2) ? 1 : -1)
            walkers[index].facing = heading
        }
    }

    mutating func quantise() {
        server.beginTick(Tick(number: number))
        for index in walkers.indices { server.update(handles[index], walkers[index], as: type) }
    }

    /// Writes every client's packets; returns their bytes.
    mutating func write() -> Int {
        var bytes = 0
        for client in clients.indices {
            for packet in server.write(for: &clients[client], budget: 1200) {
                bytes += packet.count
            }
        }
        return bytes
    }

    /// The packet of two snapshots ago arrived, and all before it.
    mutating func acknowledge(snapshot: Int) {
        guard snapshot > 2 else { return }
        let newest = UInt16(truncatingIfNeeded: snapshot - 2)
        let acknowledgement = SnapshotAcknowledgement(
            newest: newest, history: snapshot > 66 ? .max : (1 << UInt64(snapshot - 3)) - 1)
        for client in clients.indices { clients[client].receive(acknowledgement) }
    }
}
