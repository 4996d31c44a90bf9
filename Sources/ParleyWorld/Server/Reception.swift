import ParleyDatagrams
import ParleyProtocol
import ParleySockets

/// What a server needs to take a datagram in: who its players are, and what it has counted.
struct Reception<Command: DatagramDecodable & Sendable>: Sendable {
    var table: PlayerTable<Command>
    /// The newest tick, which answers to pings tell.
    var tick = Tick(number: 0)
    private var statistics = ReceivedStatistics()

    init(table: PlayerTable<Command>) {
        self.table = table
    }

    /// What has come so far.
    var counted: ReceivedStatistics {
        var statistics = statistics
        statistics.rebindings = UInt64(table.rebindings)
        return statistics
    }

    /// Takes what waits for a tick.
    mutating func takeCommands(
        for tick: Tick, at now: NetworkInstant
    ) -> [PlayerCommand<Command>] {
        self.tick = tick
        return table.takeCommands(for: tick, at: now)
    }

    /// Takes a datagram in.
    ///
    /// - Returns: The answer to a ping.
    mutating func receive(_ received: ReceivedDatagram, at now: NetworkInstant) -> Datagram? {
        let outcome = table.receive(received.datagram, from: received.address, at: now)
        statistics.note(outcome, bytes: received.datagram.count)
        guard case .ping(_, let mark) = outcome else { return nil }
        return ServerPacket.pong(encodingMark: mark, tick: tick)
    }
}
