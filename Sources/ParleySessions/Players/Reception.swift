package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// All that a server needs to take datagrams in: its players, and its counts.
package struct Reception: Sendable {
    package var table: PlayerTable
    /// The newest tick, which pongs tell.
    package var tick = Tick(number: 0)
    private var statistics = ReceivedStatistics()

    /// Where one locked pass over a batch ends: a tick waits for no more than that.
    private static var datagramsPerPass: Int { 64 }
    private static var bytesPerPass: Int { 16_384 }

    package init(table: PlayerTable) {
        self.table = table
    }

    /// The input received so far.
    package var counted: ReceivedStatistics {
        var statistics = statistics
        statistics.rebindings = UInt64(table.rebindings)
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
    ///   - pongs: Gets the answers to pings.
    /// - Returns: The index behind the last one that was taken.
    package mutating func receive(
        _ batch: [ReceivedDatagram], from start: Int,
        at now: NetworkInstant, pongs: inout [Pong]
    ) -> Int {
        var (bytes, position) = (0, start)
        let end = min(batch.count, start + Self.datagramsPerPass)
        while position < end, bytes < Self.bytesPerPass {
            let received = batch[position]
            let outcome = table.receive(received.datagram, from: received.address, at: now)
            statistics.note(outcome, bytes: received.datagram.count)
            if case .ping(_, let mark) = outcome {
                let pong = ServerPacket.pong(encodingMark: mark, tick: tick)
                pongs.append(Pong(datagram: pong, address: received.address))
            }
            bytes += received.datagram.count
            position += 1
        }
        return position
    }
}

/// The answer to a ping, and where it goes.
package struct Pong: Sendable {
    package let datagram: Datagram
    package let address: SocketAddress
}
