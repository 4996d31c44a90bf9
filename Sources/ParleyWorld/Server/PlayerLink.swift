import ParleyDatagrams
import ParleySockets

/// One connection of a session, as the reader, the ticks and the watch share it.
final class PlayerLink: Sendable {
    /// The TCP connection.
    let connection: Connection

    /// Fulfilled once nothing of it is read any more, and the server has drawn the consequences.
    let departed = Promise<Void>()

    private let ending = Promise<SessionEnding>()

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Queues a message without ever waiting; a player who is too far behind is put out.
    ///
    /// - Returns: Whether it was queued.
    @discardableResult
    func post(_ message: Datagram) -> Bool {
        do {
            try connection.offer(message)
            return true
        } catch {
            if error == .queueFull { end(.tooSlow) }
            return false
        }
    }

    /// Ends the session, unless it ends already for another reason.
    func end(_ ending: SessionEnding) {
        self.ending.fulfil(ending)
    }

    /// Whether the session ends.
    var isEnding: Bool { ending.current != nil }

    /// Waits for the end of the session; a cancelled task means that the server stops.
    func ended() async -> SessionEnding {
        if let ending = try? await ending.value() { return ending }
        end(.serverStopping)
        return ending.current ?? .serverStopping
    }
}
