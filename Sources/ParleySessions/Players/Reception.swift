package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// All that a server needs to take datagrams in: its players, and its counts.
package struct Reception: Sendable {
    package var table: PlayerTable
    /// The newest tick, which pongs tell.
    package var tick = Tick(number: 0)
    private var statistics = ReceivedStatistics()
    /// Makes the bytes of challenges.
    private var random: any RandomNumberGenerator & Sendable
    private var touched: [PacketLink] = []

    /// Where one locked pass over a batch ends: a tick waits for no more than that.
    private static var datagramsPerPass: Int { 64 }
    private static var bytesPerPass: Int { 16_384 }

    package init(table: PlayerTable, random: any RandomNumberGenerator & Sendable) {
        self.table = table
        self.random = random
    }

    /// The input received so far.
    package var counted: ReceivedStatistics {
        var statistics = statistics
        statistics.rebindings = table.rebindings
        return statistics
    }

    /// Takes the commands of a tick, as bytes.
    package mutating func takeCommands(
        for tick: Tick, at now: NetworkInstant, into commands: inout EncodedCommands
    ) {
        self.tick = tick
        table.takeCommands(for: tick, at: now, into: &commands)
    }

    /// Counts the commands of a tick, after they were decoded.
    package mutating func count(_ commands: EncodedCommands) {
        table.count(commands)
        statistics.malformed += UInt64(commands.malformed)
    }

    /// Takes datagrams in, from an index on, up to the bound of one pass.
    ///
    /// - Parameters:
    ///   - batch: What arrived.
    ///   - start: The index of the first one to take.
    ///   - now: When they are taken: one reading of the clock serves them all.
    ///   - deliveries: Gets the answers.
    /// - Returns: The index behind the last one that was taken.
    package mutating func receive(
        _ batch: [ReceivedDatagram], from start: Int,
        at now: NetworkInstant, deliveries: inout [PacketDelivery]
    ) -> Int {
        var (bytes, position) = (0, start)
        let end = min(batch.count, start + Self.datagramsPerPass)
        while position < end, bytes < Self.bytesPerPass {
            let received = batch[position]
            let outcome = table.receive(
                received.datagram, from: received.address, to: received.localAddress, at: now,
                tick: tick, touched: &touched)
            statistics.note(outcome, bytes: received.datagram.count)
            bytes += received.datagram.count
            position += 1
        }
        for link in touched { link.advance(to: now, random: &random, into: &deliveries) }
        touched.removeAll(keepingCapacity: true)
        return position
    }

    /// Takes a packet of a player that came through the tunnel.
    package mutating func receiveTunnelled(
        _ packet: Datagram, from player: PlayerID, at now: NetworkInstant
    ) {
        let outcome = table.receiveTunnelled(packet, from: player, at: now, tick: tick)
        statistics.note(outcome, bytes: packet.count)
    }

    /// Does what is due for the packets of all players.
    ///
    /// - Parameter deliveries: Gets what is to be sent.
    package mutating func advance(to now: NetworkInstant, into deliveries: inout [PacketDelivery]) {
        for link in table.links { link.advance(to: now, random: &random, into: &deliveries) }
    }
}
