import Parley

/// A way to an echo server and back.
protocol EchoPath: Sendable {
    /// Sends a datagram and waits for its echo.
    ///
    /// - Returns: false when the datagram was lost.
    /// - Throws: `EchoError`, `SendError`.
    func roundTrip(_ datagram: Datagram) async throws -> Bool
}

/// By TCP, where nothing is lost.
struct StreamPath: EchoPath {
    let connection: Connection

    func roundTrip(_ datagram: Datagram) async throws -> Bool {
        try await connection.send(datagram)
        var answer = Datagram()
        // Without lengths a datagram may come back in pieces.
        for await piece in connection.datagrams {
            answer.append(contentsOf: piece)
            if answer.count >= datagram.count { break }
        }
        guard answer.count >= datagram.count else { throw EchoError.closed(connection.closeReason) }
        guard answer == datagram else { throw EchoError.different }
        return true
    }
}

/// By UDP, where a datagram whose echo takes too long counts as lost.
struct PacketPath: EchoPath {
    let socket: DatagramSocket
    let server: SocketAddress
    let clock: any NetworkClock

    private static let patience = Duration.seconds(1)

    func roundTrip(_ datagram: Datagram) async throws -> Bool {
        try await socket.send(EchoPacket.request(datagram), to: server)
        let (socket, clock) = (socket, clock)
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await packet in socket.datagrams
                where EchoPacket.content(ofAnswer: packet.datagram) == datagram {
                    return true
                }
                return false
            }
            group.addTask {
                try? await clock.sleep(for: Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
