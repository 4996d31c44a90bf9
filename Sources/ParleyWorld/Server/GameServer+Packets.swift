import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// A snapshot on its way from the tick loop to the broadcaster.
struct Publication<Snapshot: Sendable>: Sendable {
    let tick: Tick
    /// For plain clients, nil when there are none.
    let snapshot: Snapshot?
    /// For predicting clients, nil when there are none.
    let worldSnapshot: WorldSnapshot?
    let recipients: [PlainSnapshotRecipient]
}

extension GameServer {
    /// The UDP broadcaster: the newest snapshot, encoded once, to everybody whose address is known.
    ///
    /// It waits for the socket when that is busy, and skips what was published meanwhile.
    nonisolated func broadcastSnapshots(over socket: DatagramSocket) async {
        var showing = predictionParameters.map {
            SnapshotBroadcaster(
                $0, budget: configuration.maximumSnapshotBytes,
                isChecking: configuration.checksWorlds)
        }
        for await publication in publications.elements() {
            var report = SnapshotStatistics()
            if let snapshot = publication.snapshot {
                report = await Self.broadcast(snapshot, publication, over: socket)
            }
            if let worldSnapshot = publication.worldSnapshot, showing != nil {
                let (recipients, away) = takePlainSnapshotRecipients()
                showing?.take(worldSnapshot)
                for (number, recipient) in recipients.enumerated() {
                    // A thousand clients take longer than a tick may wait.
                    if number % Self.recipientsAtOnce == Self.recipientsAtOnce - 1 {
                        await Task.yield()
                    }
                    let packets = showing?.packets(for: recipient, of: worldSnapshot) ?? []
                    await Self.send(packets, to: recipient.address, over: socket, &report)
                }
                showing?.forgetOthers(than: worldSnapshot.tick, except: away)
            }
            await note(report)
        }
    }

    private static var recipientsAtOnce: Int { 16 }

    private nonisolated func takePlainSnapshotRecipients() -> (
        [SnapshotRecipient], away: Set<PlayerID>
    ) {
        reception.withLock { ($0.table.takeSnapshotRecipients(), $0.table.mutedPlayers) }
    }

    private nonisolated static func send(
        _ packets: [Datagram], to address: SocketAddress, over socket: DatagramSocket,
        _ report: inout SnapshotStatistics
    ) async {
        for packet in packets {
            do {
                try await socket.send(packet, to: address)
                report.datagrams += 1
                report.bytes += UInt64(packet.count)
            } catch {
                report.failed += 1
            }
        }
    }

    private nonisolated static func broadcast(
        _ snapshot: W.Game.Snapshot, _ publication: Publication<W.Game.Snapshot>,
        over socket: DatagramSocket
    ) async -> SnapshotStatistics {
        var report = SnapshotStatistics()
        guard let payload = try? Datagram(encoding: snapshot) else {
            report.unsendable += 1
            return report
        }
        let count = payload.count + SessionFormat.snapshotHeaderBytes
        if count > SessionFormat.safePacketBytes { report.oversized += 1 }
        for recipient in publication.recipients {
            let packet = ServerPacket.snapshot(
                tick: publication.tick, acknowledged: recipient.acknowledged, encoded: payload)
            await send([packet], to: recipient.address, over: socket, &report)
        }
        return report
    }

    private func note(_ report: SnapshotStatistics) {
        counters.snapshots.add(report)
    }
}
