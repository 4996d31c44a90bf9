/// Judges the moments that a client claims to have drawn, before lag compensation goes back to them.
///
/// The drawn moment of an honest client lies behind its command's tick by a time that hardly changes: a round
/// trip, the delay of interpolation, and how far the client runs ahead. So a claim counts only near the
/// client's usual one, and no claim goes back by more than its round trip explains. A client that always claims the
/// same delay plays with that delay, as one on a longer way does; it cannot choose another moment for each shot.
package struct ViewClaims: Sendable {
    /// How far a claim may differ from the usual one: 100 ms.
    private static let toleranceMilliseconds: Int64 = 100
    /// What interpolation and running ahead may add to a round trip: 300 ms.
    private static let addedMilliseconds: Int64 = 300
    /// The share of a claim in the usual one: a thirty-second.
    private static let share: Int64 = 32

    private let unitsPerSecond: Int64
    /// By how many parts of a tick the drawn moment is usually behind; nil before the first claim.
    private var usual: Int64?
    private var most = Int64.max

    /// No claims.
    ///
    /// - Parameter tickRate: Ticks a second.
    package init(tickRate: Int) {
        unitsPerSecond = Int64(max(1, tickRate)) * TickTime.unitsPerTick
    }

    /// The player's round trip was measured, by the server.
    package mutating func receive(roundTrip: Duration) {
        let milliseconds = Int64(min(max(roundTrip.inSeconds, 0), 10) * 1_000)
        most = units(of: milliseconds + Self.addedMilliseconds)
    }

    /// The moment that counts for a claim.
    ///
    /// - Parameters:
    ///   - view: The claim.
    ///   - tick: The tick of its command.
    /// - Returns: The claim, or the nearest moment that is near the usual ones.
    package mutating func judge(_ view: TickTime, for tick: Tick) -> TickTime {
        let lag = min(max(TickTime(tick).units - view.units, 0), most)
        let usual = usual ?? lag
        let tolerance = units(of: Self.toleranceMilliseconds)
        let judged = min(max(lag, usual - tolerance), usual + tolerance)
        self.usual = usual + (judged - usual) / Self.share
        return TickTime(units: TickTime(tick).units - judged)
    }

    private func units(of milliseconds: Int64) -> Int64 { unitsPerSecond * milliseconds / 1_000 }
}
