import Parley

/// A way to an echo server and back.
protocol EchoPath {
    /// Sends a datagram and waits until it is back; `false` when it was lost.
    mutating func roundTrip(_ datagram: Datagram) async throws -> Bool
}

/// By TCP, where nothing is lost.
struct StreamPath: EchoPath {
    let connection: Connection
    var answers: Elements<Datagram>.Iterator

    init(_ connection: Connection) {
        self.connection = connection
        answers = connection.datagrams.makeAsyncIterator()
    }

    mutating func roundTrip(_ datagram: Datagram) async throws -> Bool {
        try await connection.send(datagram)
        var answer = Datagram()
        // Without lengths a datagram may come back in pieces.
        repeat {
            guard let piece = await answers.next() else {
                throw EchoError.closed(connection.closeReason)
            }
            answer.append(contentsOf: piece)
        } while answer.count < datagram.count
        guard answer == datagram else { throw EchoError.different }
        return true
    }
}

/// By UDP, where a datagram that takes too long counts as lost.
struct PacketPath: EchoPath {
    let socket: DatagramSocket
    let server: SocketAddress
    let clock: any NetworkClock

    private static let patience = Duration.seconds(1)

    func roundTrip(_ datagram: Datagram) async throws -> Bool {
        try await socket.send(datagram, to: server)
        let (socket, clock) = (socket, clock)
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await packet in socket.datagrams where packet.datagram == datagram {
                    return true
                }
                return false
            }
            group.addTask {
                try? await clock.sleep(until: clock.now.advanced(by: Self.patience), tolerance: nil)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
