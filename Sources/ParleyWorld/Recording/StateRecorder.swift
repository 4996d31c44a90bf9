import ParleyDatagrams
import ParleyProtocol

/// Records the state after each tick as packets for a client that sees everything and loses nothing,
/// so that a tick costs only what changed in it.
struct StateRecorder {
    private var server: ReplicationServer
    private var everything = ClientReplica()
    private var shown: [EntityHandle] = []
    /// The sequence of the newest packet.
    private var sequence: UInt32 = 0

    /// The number of packets that one acknowledgement covers.
    private static let mostPackets = 64

    init(schema: ReplicationSchema) {
        var sizes = ReplicationServer.Configuration()
        sizes.packetSize = 65_507
        // The acknowledged state is always the one before.
        sizes.history = 4
        server = ReplicationServer(schema: schema, configuration: sizes)
    }

    /// The packets of a tick; nil if the state is more than they can hold.
    mutating func packets(of worldSnapshot: WorldSnapshot) -> [Datagram]? {
        server.beginTick(worldSnapshot.tick)
        var handles: [EntityHandle] = []
        handles.reserveCapacity(worldSnapshot.entries.count)
        for entry in worldSnapshot.entries {
            server.mirror(
                worldSnapshot.words.span.extracting(entry.words), as: entry.handle, type: entry.type
            )
            guard everything.show(entry.handle) else { return nil }
            handles.append(entry.handle)
        }
        let present = Set(handles)
        for handle in shown where !present.contains(handle) {
            server.mirrorEnd(of: handle)
            everything.hide(handle)
        }
        shown = handles
        let packets = server.write(
            for: &everything, budget: Self.mostPackets * server.packetSize)
        guard packets.count <= Self.mostPackets, everything.statistics.postponed == 0 else {
            return nil
        }
        acknowledge(packets.count)
        return packets
    }

    private mutating func acknowledge(_ count: Int) {
        sequence &+= UInt32(count)
        guard sequence > 0 else { return }
        let before = UInt64(sequence) - 1
        let history: UInt64 = before >= 64 ? ~0 : (1 << before) - 1
        everything.receive(
            SnapshotAcknowledgement(
                newest: UInt16(truncatingIfNeeded: sequence), history: history))
    }
}
