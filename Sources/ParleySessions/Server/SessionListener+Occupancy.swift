import ParleySockets
import Synchronization

/// How much a listener holds at a moment: nothing, once all players are gone for good.
package struct SessionOccupancy: Hashable, Sendable {
    /// Sessions, with a connection or without.
    package var sessions = 0
    /// Seats, each with the packets of its session.
    package var seats = 0
    /// Accounts that play.
    package var accounts = 0
    /// Connections without a hello.
    package var pending = 0
    /// Connections that an authenticator is asked about.
    package var logins = 0
    /// Disconnected players.
    package var disconnected = 0
    /// Players on their way into the world, or out of it.
    package var moving = 0
    /// Packets that wait for the socket.
    package var replies = 0

    /// Nothing.
    package init() {}
}

extension SessionListener {
    /// What the listener holds now.
    package var occupancy: SessionOccupancy {
        var occupancy = SessionOccupancy()
        occupancy.sessions = sessions.count
        occupancy.seats = reception.withLock { $0.table.order.count }
        occupancy.accounts = accounts.count
        occupancy.pending = pending.count
        occupancy.logins = logins.count
        occupancy.disconnected = disconnectedPlayers.count
        occupancy.moving = joining.count + leaving.count + entering.count
        occupancy.replies = replies.counts.waiting
        return occupancy
    }
}
