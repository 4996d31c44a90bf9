/// A listener's counts since its start.
package struct SessionStatistics: Hashable, Sendable {
    /// Players who are in now, including those who are disconnected.
    package internal(set) var players = 0
    /// Players who have lost their connection, and may come back.
    package internal(set) var disconnected = 0
    /// How often a player came back.
    package internal(set) var returns: UInt64 = 0
    /// Connections that were not let in.
    package internal(set) var refusals: UInt64 = 0
    /// Connections that ended in their handshake: the peer speaks no TLS, does not trust the server, is silent
    /// or had to make room.
    package internal(set) var failedHandshakes: UInt64 = 0
    /// Players who were in and have left.
    package internal(set) var departures: UInt64 = 0
    /// Notices that were queued, one for each player who gets it.
    package internal(set) var notices: UInt64 = 0
    /// Datagrams that had arrived and were not looked at when the newest tick began.
    package internal(set) var waiting = 0
    /// Datagrams that the system dropped because the server did not read them in time.
    package internal(set) var droppedBySystem: UInt64 = 0
}
