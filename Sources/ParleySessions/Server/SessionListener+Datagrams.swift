import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// Players' datagrams, in and out.
extension SessionListener {
    /// The UDP receiver, which yields now and then, so that a flood does not hold up a tick. What it
    /// was woken for, a tick that comes first takes.
    nonisolated func receivePackets(from socket: DatagramSocket) async throws {
        var count = 0
        for await batch in socket.unclaimedBatches {
            take(batch.elements)
            count += batch.count
            guard count >= Self.datagramsPerYield else { continue }
            count = 0
            await Task.yield()
        }
        if !Task.isCancelled { throw SessionListenerError.socketEnded("UDP socket") }
    }

    /// Takes in all that has arrived, on the socket's own thread and without waiting: before each
    /// tick, so that a command counts in a tick if it reached the machine before it.
    func drainSocket() {
        guard let socket, loop?.isCurrent == true else { return }
        let (arrived, dropped) = socket.assumeIsolated { socket in
            (socket.drain(), socket.statistics.droppedBySystem)
        }
        counters.waiting = arrived.count
        counters.droppedBySystem = UInt64(dropped)
        take(arrived)
    }

    /// Sends the protocol's own packets. It waits while the socket is busy; then the oldest unsent ones are
    /// dropped.
    nonisolated func sendReplies(over socket: DatagramSocket) async {
        for await batch in replies.batches() {
            for reply in batch { await reply.send(over: socket) }
        }
    }

    /// Does what is due for all players' packets, many times a second.
    nonisolated func advancePackets() async throws {
        while true {
            try await network.clock.sleep(for: Self.advanceInterval)
            let now = network.clock.now
            var deliveries: [PacketDelivery] = []
            reception.withLock { $0.advance(to: now, into: &deliveries) }
            if !deliveries.isEmpty { _ = replies.deliver(&deliveries, cost: 0) }
        }
    }

    /// Takes a player's packet that came through the tunnel.
    ///
    /// TCP brings all that a player sends, so a flood waits here, and then at its sender.
    func receiveTunnelled(_ packet: Datagram, from player: PlayerID, over link: PlayerLink) async {
        guard let next = take(packet, from: player) else { return }
        await link.cancelAtEnd { await self.waitToTake(packet, of: player, until: next) }
    }

    private func waitToTake(
        _ packet: Datagram, of player: PlayerID, until time: NetworkInstant
    ) async {
        var next: NetworkInstant? = time
        while let time = next {
            do { try await network.clock.sleep(until: time, tolerance: nil) } catch { return }
            next = take(packet, from: player)
        }
    }

    /// Takes a packet that came through the tunnel; returns nil if it was taken, else when it may be.
    private func take(_ packet: Datagram, from player: PlayerID) -> NetworkInstant? {
        let now = network.clock.now
        return reception.withLock { reception in
            let next = reception.table.nextTunnelled(of: player, at: now)
            guard next <= now else { return next }
            reception.receiveTunnelled(packet, from: player, at: now)
            return nil
        }
    }

    private static var advanceInterval: Duration { .milliseconds(50) }

    /// Takes a batch in, with one lock and one reading of the clock for each pass over it.
    private nonisolated func take(_ batch: [ReceivedDatagram]) {
        var answers: [PacketDelivery] = []
        var position = 0
        while position < batch.count {
            let now = network.clock.now
            position = reception.withLock {
                $0.receive(batch, from: position, at: now, deliveries: &answers)
            }
        }
        if !answers.isEmpty { _ = replies.deliver(&answers, cost: 0) }
    }

    private static var datagramsPerYield: Int { 256 }
}
