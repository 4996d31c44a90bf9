/// The durations of leases and handoffs. The defaults are those for SQLite.
///
/// Each party measures them on its own clock. The margins hold while the clocks' rates are within 6.8 % of the
/// true rate: a zone freezes after `lease − freezeMargin`, a world server waits for `watchDuration`.
package struct HandoffTimings: Hashable, Sendable {
    /// How long a zone may act after it sent the heartbeat that was answered.
    package let lease: Duration
    /// After this time since the answered heartbeat was sent, durable calls stop: half of the lease.
    package let durableShare: Duration
    /// How long before the lease's end the zone freezes.
    package var freezeMargin = Duration.milliseconds(600)
    /// How long a world server sees the same heartbeat before it declares the zone gone: 1.01 leases.
    package var watchDuration: Duration
    /// The time from one heartbeat to the next.
    package var heartbeatInterval = Duration.seconds(1)
    /// How long a zone waits for an answer before it tries another world server.
    package var worldPatience = Duration.milliseconds(1_200)
    /// How much of its lease a zone must have left to seal a player.
    package var sealReserve = Duration.seconds(2)
    /// The time from one try of a call or message to the next.
    package var resendInterval = Duration.milliseconds(250)
    /// The time from one renewal of a seat to the next.
    package var renewalInterval = Duration.milliseconds(500)
    /// How long a seat is kept without a renewal.
    package var seatLifetime = Duration.seconds(2)
    /// How long a sealed player waits for its commit before the zone asks to keep it.
    package var commitPatience = Duration.seconds(2)
    /// How long the source still answers "moved" to a player that it gave away.
    package var movedLifetime = Duration.seconds(10)
    /// The shortest time between two crossings of one player.
    package var crossingInterval = Duration.seconds(2)
    /// The time from one look of a world server at all rows to the next.
    package var surveyInterval = Duration.seconds(1)
    /// How long a client hears nothing from its zone before it asks a world server.
    package var clientPatience = Duration.seconds(3)
    /// The time from one question of a client to the next.
    package var clientInterval = Duration.milliseconds(500)

    /// The defaults for a lease.
    ///
    /// - Parameter lease: 5 s with SQLite. With PostgreSQL longer than its fail-over takes, for example 45 s.
    package init(lease: Duration = .seconds(5)) {
        self.lease = lease
        durableShare = lease / 2
        watchDuration = lease * 101 / 100
    }

    /// After this time since the answered heartbeat was sent, the zone is frozen.
    package var freezeAfter: Duration { lease - freezeMargin }
}
