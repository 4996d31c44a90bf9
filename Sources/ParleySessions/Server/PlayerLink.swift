import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// One TCP connection of a session, shared by its reader, the ticks and the session watch.
final class PlayerLink: Sendable {
    /// The TCP connection.
    let connection: Connection

    /// What limits per network count its peer as; nil where they do not apply.
    let network: SocketAddress?

    /// Fulfilled once the server reads nothing more from the connection, and has ended or suspended
    /// its session.
    let departed = Promise<Void>()

    private let end = Promise<SessionEnding>()
    /// The number of the player; 0 before a session.
    private let number = Atomic<UInt32>(0)

    init(_ connection: Connection, network: SocketAddress?) {
        self.connection = connection
        self.network = network
    }

    /// The player whose session this connection carries or carried; nil before the first message.
    var player: PlayerID? {
        get {
            let number = number.load(ordering: .relaxed)
            return number == 0 ? nil : PlayerID(rawValue: number)
        }
        set { number.store(newValue?.rawValue ?? 0, ordering: .relaxed) }
    }

    /// Queues a message without ever waiting. A player who is too far behind is disconnected.
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

    /// Ends the session, unless it ends already for another reason. Its reader gets no further datagrams.
    func end(_ ending: SessionEnding) {
        if end.fulfil(ending) { connection.stopDelivering() }
    }

    /// Why the session ends; nil while it goes on.
    var ending: SessionEnding? { end.current }

    /// Whether the session ends.
    var isEnding: Bool { ending != nil }

    /// Runs what may wait for long, and cancels it when the session ends.
    ///
    /// It has tasks of its own, whose memory is free again when it returns.
    func cancelAtEnd(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { [end] in _ = try? await end.value() }
            await group.next()
            group.cancelAll()
        }
    }
}
