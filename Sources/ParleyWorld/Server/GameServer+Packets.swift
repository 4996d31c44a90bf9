import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import Synchronization

/// The tick loop's input to the broadcaster at the end of a tick.
struct Publication<Snapshot: Sendable>: Sendable {
    let tick: Tick
    /// For plain clients, nil if there are none.
    let snapshot: Snapshot?
    /// For predicting clients, nil if none is due.
    let worldSnapshot: WorldSnapshot?
    let recipients: [PlainSnapshotRecipient]
    /// The players whose predicting clients are due, in the order of joining.
    let watchers: [PlayerID]
}

extension GameServer {
    /// The UDP broadcaster: sends the newest snapshot to every client that is due.
    ///
    /// It waits for the socket while that is busy. A broadcaster that falls behind skips to the newest
    /// snapshot.
    nonisolated func broadcastSnapshots(over socket: DatagramSocket) async {
        var broadcaster = predictionParameters.map {
            SnapshotBroadcaster(
                $0, budget: configuration.maximumSnapshotBytes, tickRate: configuration.tickRate,
                isChecking: configuration.checksWorlds)
        }
        var deliveries: [PacketDelivery] = []
        for await publication in publications.elements() {
            broadcastTick.store(publication.tick.number, ordering: .relaxed)
            if isFrozen() { continue }
            var report = SnapshotStatistics()
            if let snapshot = publication.snapshot {
                report = await broadcast(snapshot, publication, over: socket)
            }
            if let worldSnapshot = publication.worldSnapshot, broadcaster != nil {
                let (recipients, present) = takeSnapshotRecipients(among: publication.watchers)
                broadcaster?.forgetAll(but: present)
                broadcaster?.take(worldSnapshot)
                for (number, recipient) in recipients.enumerated() {
                    // Hundreds of clients take longer than a tick may wait.
                    if number % Self.recipientsAtOnce == Self.recipientsAtOnce - 1 {
                        await Task.yield()
                    }
                    broadcaster?.send(to: recipient, at: network.clock.now, into: &deliveries)
                    await Self.send(&deliveries, over: socket, &report)
                }
            }
            await note(report)
        }
    }

    private static var recipientsAtOnce: Int { 16 }

    private nonisolated func takeSnapshotRecipients(
        among watchers: [PlayerID]
    ) -> ([SnapshotRecipient], present: [PlayerID]) {
        sessions.reception.withLock {
            ($0.table.takeSnapshotRecipients(among: watchers), $0.table.order)
        }
    }

    /// Lets packets leave. A packet that cannot is lost, as any other may be.
    private nonisolated static func send(
        _ deliveries: inout [PacketDelivery], over socket: DatagramSocket,
        _ report: inout SnapshotStatistics
    ) async {
        for delivery in deliveries {
            guard await delivery.send(over: socket) else {
                report.failed += 1
                continue
            }
            report.datagrams += 1
            report.bytes += UInt64(delivery.count)
        }
        deliveries.removeAll(keepingCapacity: true)
    }

    private nonisolated func broadcast(
        _ snapshot: W.Game.Snapshot, _ publication: Publication<W.Game.Snapshot>,
        over socket: DatagramSocket
    ) async -> SnapshotStatistics {
        var report = SnapshotStatistics()
        guard let encoded = try? Datagram(encoding: snapshot) else {
            report.unsendable += 1
            return report
        }
        let count = encoded.count + SessionFormat.snapshotHeaderBytes
        guard count <= SessionFormat.largestPayloadBytes else {
            report.failed += UInt64(publication.recipients.count)
            return report
        }
        if count > SessionFormat.safePayloadBytes { report.oversized += 1 }
        var deliveries: [PacketDelivery] = []
        var payload = Datagram(minimumCapacity: count)
        for recipient in publication.recipients {
            payload.removeAll(keepingCapacity: true)
            ServerPayload.appendSnapshot(
                tick: publication.tick, acknowledged: recipient.acknowledged, encoded: encoded,
                to: &payload)
            recipient.link.send(.snapshot, payload, at: network.clock.now, into: &deliveries)
            await Self.send(&deliveries, over: socket, &report)
        }
        return report
    }

    private func note(_ report: SnapshotStatistics) {
        counters.snapshots.add(report)
    }
}
