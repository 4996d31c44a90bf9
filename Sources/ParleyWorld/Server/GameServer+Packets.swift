import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// A snapshot on its way from the tick loop to the broadcaster.
struct Publication<Snapshot: Sendable>: Sendable {
    let tick: Tick
    let snapshot: Snapshot
    let recipients: [SnapshotRecipient]
}

extension GameServer {
    /// The UDP receiver, which lets others run now and then: a flood does not hold up a tick.
    nonisolated func receivePackets(from socket: DatagramSocket) async throws {
        var count = 0
        for await received in socket.datagrams {
            count &+= 1
            if count % 256 == 255 { await Task.yield() }
            let now = network.clock.now
            if let pong = reception.withLock({ $0.receive(received, at: now) }) {
                try? await socket.send(pong, to: received.address)
            }
        }
        if !Task.isCancelled { throw GameServerError.socketEnded("UDP socket") }
    }

    /// The UDP broadcaster: the newest snapshot, encoded once, to everybody whose address is known.
    ///
    /// It waits for the socket when that is busy, and skips what was published meanwhile.
    nonisolated func broadcastSnapshots(over socket: DatagramSocket) async {
        for await publication in publications.elements() {
            let report = await Self.broadcast(publication, over: socket)
            await note(report)
        }
    }

    private nonisolated static func broadcast(
        _ publication: Publication<W.Game.Snapshot>, over socket: DatagramSocket
    ) async -> SnapshotStatistics {
        var report = SnapshotStatistics()
        guard let payload = try? Datagram(encoding: publication.snapshot) else {
            report.unsendable += 1
            return report
        }
        let count = payload.count + SessionFormat.snapshotHeaderBytes
        if count > SessionFormat.safePacketBytes { report.oversized += 1 }
        for recipient in publication.recipients {
            let packet = ServerPacket.snapshot(
                tick: publication.tick, acknowledged: recipient.acknowledged, encoded: payload)
            do {
                try await socket.send(packet, to: recipient.address)
                report.datagrams += 1
                report.bytes += UInt64(count)
            } catch {
                report.failed += 1
            }
        }
        return report
    }

    private func note(_ report: SnapshotStatistics) {
        counters.snapshots.add(report)
    }
}
