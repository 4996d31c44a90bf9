import Parley

/// A server and one client, whose acknowledgements arrive some ticks later. Nothing is lost.
struct ReplicationRun {
    private var server: ReplicationServer
    private var client = ClientReplica()
    private(set) var receiver: SnapshotReceiver
    private let handles: [EntityHandle]
    private let budget: Int
    private let delay: Int
    private var underway: [SnapshotAcknowledgement] = []
    /// Bytes of the longest packet.
    private(set) var longest = 0

    init(
        schema: ReplicationSchema, budget: Int, delay: Int,
        spawn: (inout ReplicationServer) -> [EntityHandle]
    ) throws {
        server = ReplicationServer(schema: schema)
        receiver = SnapshotReceiver(schema: schema)
        handles = spawn(&server)
        self.budget = budget
        self.delay = delay
        for handle in handles { client.show(handle) }
    }

    /// One tick; returns the bytes that were sent.
    mutating func step(
        tick: UInt32, _ update: (inout ReplicationServer, [EntityHandle]) -> Void
    ) throws -> Int {
        server.beginTick(Tick(number: tick))
        update(&server, handles)
        var bytes = 0
        for packet in server.write(for: &client, budget: budget) {
            bytes += packet.count
            longest = max(longest, packet.count)
            _ = try receiver.receive(packet)
        }
        if let acknowledgement = receiver.acknowledgement { underway.append(acknowledgement) }
        if underway.count > delay { client.receive(underway.removeFirst()) }
        return bytes
    }
}
