import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import Synchronization

/// The game's end of a session: it decodes notices and snapshots, and counts them.
final class GameReceiver<G: GameProtocol>: ClientSessionHandler {
    /// Where plain snapshots go.
    let snapshots: AsyncStream<TimedSnapshot<G.Snapshot>>
    /// Where notices go.
    let inbox: BoundedMailbox<G.Notice>

    private let snapshotSink: AsyncStream<TimedSnapshot<G.Snapshot>>.Continuation
    private let discardsNotices: Bool
    /// The predicting part, which takes snapshots of entities; nil in a plain client.
    private let audience: (any SnapshotConsumer)?
    private let counts = Mutex(Counts())

    private struct Counts {
        /// Nil before the session.
        var snapshots: SnapshotMeter?
        var notices: UInt64 = 0
        /// The number of the newest command.
        var sequence: UInt32 = 0
    }

    init(_ configuration: GameClientConfiguration, audience: (any SnapshotConsumer)?) {
        self.audience = audience
        discardsNotices = configuration.discardsNotices
        (snapshots, snapshotSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        inbox = BoundedMailbox(capacity: configuration.noticeBacklog)
    }

    /// The number of the next command.
    func nextSequence() -> UInt32 {
        counts.withLock { counts in
            counts.sequence += 1
            return counts.sequence
        }
    }

    /// The measurements of the link, with those of snapshots and notices.
    func statistics(of link: LinkStatistics) -> ClientStatistics {
        counts.withLock { ClientStatistics(link, $0.snapshots, notices: $0.notices) }
    }

    // MARK: ClientSessionHandler

    func sessionDidBegin(_ welcome: ServerWelcome) {
        let cadence = SnapshotCadence(
            tickRate: Int(welcome.tickRate), snapshotRate: Int(welcome.snapshotRate))
        counts.withLock { $0.snapshots = SnapshotMeter(cadence: cadence) }
        audience?.sessionDidBegin(tickRate: Int(welcome.tickRate))
    }

    func receiveNotice(_ payload: Datagram) async throws(DatagramError) -> Bool {
        let notice: G.Notice = try payload.decoded()
        counts.withLock { $0.notices += 1 }
        return discardsNotices ? true : await inbox.send(notice)
    }

    func receive(_ payload: ServerPayload, roundTrip: Duration?, at now: NetworkInstant) -> Bool {
        switch payload {
        case .worldSnapshot(let payload):
            guard let tick = audience?.receive(payload, roundTrip: roundTrip, at: now) else {
                return false
            }
            counts.withLock { $0.snapshots?.receivePart(of: tick) }
            return true
        case .snapshot(let tick, let acknowledged, let payload):
            guard let snapshot: G.Snapshot = try? payload.decoded() else { return false }
            let time = Duration.nanoseconds(now.nanoseconds)
            let order = counts.withLock { $0.snapshots?.receive(tick, at: time) }
            guard let order, order != .impossible else { return false }
            if order == .newest {
                snapshotSink.yield(
                    TimedSnapshot(
                        tick: tick, snapshot: snapshot, acknowledgedSequence: acknowledged,
                        received: now))
            }
            return true
        }
    }

    func sendCommands(in session: ClientSession) async throws {
        try await audience?.sendCommands(in: session)
    }

    func sessionDidEnd() {
        snapshotSink.finish()
        inbox.finish()
    }
}
