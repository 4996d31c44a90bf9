import ParleyDatagrams
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

    /// Sends pongs. It waits while the socket is busy; then the oldest unsent pongs are dropped.
    nonisolated func sendPongs(over socket: DatagramSocket) async {
        for await batch in pongs.batches() {
            for pong in batch { try? await socket.send(pong.datagram, to: pong.address) }
        }
    }

    /// Takes a batch in, with one lock and one reading of the clock for each pass over it.
    private nonisolated func take(_ batch: [ReceivedDatagram]) {
        var answers: [Pong] = []
        var position = 0
        while position < batch.count {
            let now = network.clock.now
            position = reception.withLock {
                $0.receive(batch, from: position, at: now, pongs: &answers)
            }
        }
        if !answers.isEmpty { _ = pongs.deliver(&answers, cost: 0) }
    }

    private static var datagramsPerYield: Int { 256 }
}
