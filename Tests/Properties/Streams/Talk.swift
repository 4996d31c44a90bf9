import ParleyDatagrams
import ParleySockets

/// One side of a conversation over TCP: it sends its speech and receives the other's.
struct Talk: Sendable {
    let connection: Connection
    let trial: Trial
    let says: Speech
    let hears: Speech
    /// The longest pauses before a datagram is sent, and after one is received.
    let pace: Duration
    let slowness: Duration

    /// Talks to the end, and returns whether everything was received.
    ///
    /// Where the connection is half closed, each side ends its direction after its last datagram,
    /// and sees the other's end. Otherwise the side that has sent and received everything closes.
    ///
    /// - Throws: When other datagrams arrived than were sent, or in another order.
    func run() async throws -> Bool {
        let heard = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await speak() }
            let heard = try await listen()
            if heard < hears.count { await connection.abort() }
            try await group.waitForAll()
            return heard
        }
        // Not a second less than it takes: giving up would cut off what still waits.
        await connection.close(within: .seconds(3_600))
        return heard == hears.count
    }

    private func speak() async throws {
        for index in 0..<says.count {
            if pace > .zero { try await trial.sleep(upTo: pace) }
            do throws(SendError) {
                try await connection.send(says.datagram(index))
            } catch {
                guard case .closed = error else { throw error }
                return
            }
            let waiting = await connection.statistics.bytesWaiting
            let most = connection.options.outboundWatermark + says.largest + 4
            try require(waiting <= most, "\(waiting) bytes wait, \(most) may")
        }
        if connection.options.allowsHalfClose { await connection.finish() }
    }

    private func listen() async throws -> Int {
        var heard = 0
        guard heard < hears.count || connection.options.allowsHalfClose else { return heard }
        for await datagram in connection.datagrams {
            try require(heard < hears.count, "\(connection): heard more than was sent")
            let expected = hears.datagram(heard)
            try require(
                datagram == expected,
                "\(connection): datagram \(heard) has \(datagram.count) bytes, not the "
                    + "\(expected.count) that were sent, or others")
            heard += 1
            if slowness > .zero { try await trial.sleep(upTo: slowness) }
            if heard == hears.count, !connection.options.allowsHalfClose { break }
        }
        return heard
    }
}
