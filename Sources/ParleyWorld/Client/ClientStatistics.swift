public import ParleyProtocol
import ParleySessions

/// Measurements of a client's link to its server.
public struct ClientStatistics: Hashable, Sendable {
    /// The smoothed time from a ping to its answer, nil before the first (RFC 6298's filter).
    public internal(set) var roundTripTime: Duration?

    /// The smoothed difference of single round trips from that.
    public internal(set) var roundTripVariation: Duration = .zero

    /// The newest known tick of the server.
    public internal(set) var serverTick = Tick(number: 0)

    /// Snapshots that were newer than all before.
    public internal(set) var snapshots: UInt64 = 0

    /// Snapshots that were due between those that came, and did not come, or came too late.
    public internal(set) var lostSnapshots: UInt64 = 0

    /// Snapshots that arrived after a newer one, or twice; they are dropped.
    public internal(set) var lateSnapshots: UInt64 = 0

    /// Notices that came.
    public internal(set) var notices: UInt64 = 0

    /// UDP datagrams from other addresses than the server's.
    public internal(set) var strayDatagrams: UInt64 = 0

    /// UDP datagrams of the server that are no message, or from a future it cannot have reached.
    public internal(set) var malformedDatagrams: UInt64 = 0

    init() {}

    init(_ link: LinkStatistics, _ snapshots: SnapshotMeter?, notices: UInt64) {
        roundTripTime = link.roundTripTime
        roundTripVariation = link.roundTripVariation
        serverTick = max(link.serverTick, snapshots?.newest ?? link.serverTick)
        self.snapshots = snapshots?.count ?? 0
        lostSnapshots = snapshots?.lost ?? 0
        lateSnapshots = snapshots?.late ?? 0
        self.notices = notices
        strayDatagrams = link.strayDatagrams
        malformedDatagrams = link.malformedDatagrams
    }
}
