import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Testing

/// A server and clients on bad links, and the invariants between them.
struct ReplicationStage {
    struct Moment {
        let tick: Int
        let words: [UInt32]
    }

    struct Client {
        var replica = ClientReplica()
        var receiver: SnapshotReceiver
        var down: Pipe<Datagram>
        var up: Pipe<Datagram>
        var budget = 1200
    }

    var generator: SeededGenerator
    var server: ReplicationServer
    let balls: EntityType<Ball>
    let everythings: EntityType<Everything>
    var clients: [Client] = []
    var now = 0
    /// What every entity became, and when.
    private var truth: [EntityHandle: [Moment]] = [:]
    private(set) var living: [EntityHandle: Ball] = [:]
    private(set) var rich: Set<EntityHandle> = []

    init(seed: UInt64, configuration: ReplicationServer.Configuration = .init()) {
        generator = SeededGenerator(seed: seed)
        var schema = ReplicationSchema()
        balls = schema.register(Ball.self, named: "ball")
        everythings = schema.register(Everything.self, named: "everything")
        server = ReplicationServer(schema: schema, configuration: configuration)
    }

    mutating func addClient(
        loss: Double = 0, duplication: Double = 0, delay: ClosedRange<Int> = 1...1,
        budget: Int = 1200
    ) {
        clients.append(
            Client(
                receiver: SnapshotReceiver(schema: server.schema),
                down: Pipe(loss: loss, duplication: duplication, delay: delay),
                up: Pipe(loss: loss, duplication: duplication, delay: delay), budget: budget))
    }

    mutating func spawnBall() -> EntityHandle? {
        var ball = Ball()
        ball.x = .random(in: -500...500, using: &generator)
        guard let handle = server.spawn(ball, as: balls) else { return nil }
        living[handle] = ball
        remember(handle)
        return handle
    }

    mutating func spawnEverything() -> EntityHandle? {
        let value = Everything.random(using: &generator)
        guard let handle = server.spawn(value, as: everythings) else { return nil }
        rich.insert(handle)
        remember(handle)
        return handle
    }

    private mutating func remember(_ handle: EntityHandle) {
        let moment = Moment(tick: now, words: server.words(of: handle) ?? [])
        truth[handle, default: []].append(moment)
    }

    /// What an entity was at a tick.
    private func words(of handle: EntityHandle, at tick: Tick) -> [UInt32]? {
        for moment in (truth[handle] ?? []).reversed() where moment.tick <= Int(tick.number) {
            return moment.words
        }
        return nil
    }

    mutating func despawn(_ handle: EntityHandle) {
        server.despawn(handle)
        living[handle] = nil
        rich.remove(handle)
    }

    /// Entities in an order that the seed alone decides.
    var handles: [EntityHandle] {
        (living.keys + Array(rich)).sorted { $0.rawValue < $1.rawValue }
    }

    mutating func move(_ handle: EntityHandle, by step: Double) {
        guard var ball = living[handle] else { return }
        ball.x += step
        ball.y -= step / 2
        ball.facing += 0.01
        living[handle] = ball
        server.update(handle, ball, as: balls)
        remember(handle)
    }

    mutating func rewrite(_ handle: EntityHandle) {
        guard rich.contains(handle) else { return }
        server.update(handle, Everything.random(using: &generator), as: everythings)
        remember(handle)
    }

    mutating func beginTick(by ticks: Int = 1) {
        now += ticks
        server.beginTick(Tick(number: UInt32(now)))
    }

    /// Sends, carries, receives, acknowledges; checks what arrived against what was.
    mutating func exchange(isSending: Bool = true) throws {
        for index in clients.indices {
            if isSending { send(to: index) }
            for packet in clients[index].down.receive(at: now) { try take(packet, at: index) }
            for bytes in clients[index].up.receive(at: now) {
                var reader = bytes.reader
                clients[index].replica.receive(try reader.read(SnapshotAcknowledgement.self))
            }
        }
    }

    private mutating func send(to index: Int) {
        let packets = server.write(
            for: &clients[index].replica, budget: clients[index].budget)
        #expect(packets.reduce(0) { $0 + $1.count } <= max(clients[index].budget, 16))
        for packet in packets {
            #expect(packet.count <= server.packetSize)
            clients[index].down.send(packet, at: now, using: &generator)
        }
    }

    private mutating func take(_ packet: Datagram, at index: Int) throws {
        do {
            if let arrival = try clients[index].receiver.receive(packet) {
                for handle in arrival.updated {
                    let words = clients[index].receiver.words(of: handle)
                    let then = self.words(of: handle, at: arrival.tick)
                    #expect(words == then, "\(handle) drifted")
                }
            }
        } catch SnapshotError.unknownBaseline {
            // Overtaken by a packet that changed what an alias means.
        }
        guard let acknowledgement = clients[index].receiver.acknowledgement else { return }
        clients[index].up.send(try Datagram(encoding: acknowledgement), at: now, using: &generator)
    }

    /// Lets everything arrive, and compares.
    mutating func settle(within ticks: Int = 1500) throws {
        for index in clients.indices {
            (clients[index].down.loss, clients[index].up.loss) = (0, 0)
        }
        for _ in 0..<ticks {
            beginTick()
            try exchange()
            if clients.allSatisfy({ isEqual($0) }) { return }
        }
        for (index, client) in clients.enumerated() {
            #expect(isEqual(client), "client \(index) is not what the server shows it")
        }
    }

    func isEqual(_ client: Client) -> Bool {
        let shown = client.replica.shown.filter { server.contains($0) }
        guard Set(client.receiver.entities) == Set(shown) else { return false }
        return shown.allSatisfy { server.words(of: $0) == client.receiver.words(of: $0) }
            && server.worldHash(of: client.replica) == client.receiver.worldHash
    }
}
