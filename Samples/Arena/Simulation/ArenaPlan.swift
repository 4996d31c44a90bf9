import ArenaGame
import Parley
package import ParleySimulation

/// The plan of a simulated arena: how many play, for how long, and on what network.
package struct ArenaPlan: Sendable {
    /// Gets a line about how far a game is.
    package typealias Progress = @Sendable (String) -> Void

    /// Decides everything that is random.
    package var seed: UInt64
    /// The virtual time of play with faults.
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
