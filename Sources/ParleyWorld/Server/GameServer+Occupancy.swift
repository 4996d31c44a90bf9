package import ParleySessions

extension GameServer {
    /// What the server holds now: nothing, once all players are gone for good.
    package var occupancy: SessionOccupancy {
        get async { await sessions.occupancy }
    }
}
