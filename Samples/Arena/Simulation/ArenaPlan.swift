import ArenaGame
import Parley
package import ParleySimulation

/// An arena that is to be simulated: who plays, for how long, on what a network.
package struct ArenaPlan: Sendable {
    /// Gets a line about how far a game is.
    package typealias Progress = @Sendable (String) -> Void

    /// What decides everything that is left to chance.
    package var seed: UInt64
    /// How long everybody plays while things go wrong, in virtual time.
    package var duration: Duration
    package var bots: Int
    package var npcs: Int
    /// Ticks a second.
    package var tickRate: Int
    package var faults: Faults
    package var links: LinkProfile

    package init(
        seed: UInt64, duration: Duration = .seconds(600), bots: Int = 64, npcs: Int = 4,
        tickRate: Int = 60, faults: Faults = .worst, links: LinkProfile = .lte
    ) {
        self.seed = seed
        self.duration = duration
        self.bots = bots
        self.npcs = npcs
        self.tickRate = tickRate
        self.faults = faults
        self.links = links
    }

    var server: GameServerConfiguration {
        GameServerConfiguration(
            port: Self.port, tickRate: tickRate, snapshotRate: min(20, tickRate),
            maximumPlayers: ArenaWorld.maximumPlayers)
    }

    static let port = ArenaMessages.defaultPort
}
