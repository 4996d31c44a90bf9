import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestGames
import TestNetworks
import TestSupport

/// A runner on the meadow that writes the session protocol by hand, so that tests can forge it.
struct RawRunner {
    let player: RawPlayer
    let id: PlayerID
    private var packet: UInt8 = 0

    /// Connects, is let in, and is known by its UDP address.
    init(_ server: ServerAddresses, as name: String = "Raw") async throws {
        let welcome: ServerWelcome
        (player, welcome) = try await RawPlayer.joined(
            server, as: name, game: Meadow.name, schema: Meadow.schema.hash)
        id = welcome.player
        try await player.bind()
    }

    /// Sends commands for neighbouring ticks, the newest last.
    mutating func send(
        _ commands: [Meadow.Command], upTo newest: Tick,
        acknowledging acknowledgement: SnapshotAcknowledgement? = nil
    ) async throws {
        guard
            let bundle = CommandBundle(
                newest: newest, packet: packet, view: nil, commands: commands)
        else { return }
        packet &+= 1
        try await player.send(
            packet: try player.packets.input(
                bundle, acknowledging: acknowledgement, at: player.clock.now))
    }

    /// The next world snapshot.
    func nextSnapshot() async throws -> SnapshotPacket? {
        let layout = Meadow.schema.layouts[Meadow.bodies.index]
        while let payload = try await player.nextPayload() {
            guard case .worldSnapshot(let bytes) = payload else { continue }
            return try SnapshotPacket(bytes, layout: layout)
        }
        return nil
    }

    /// The first world snapshot of a tick after this one.
    func snapshot(after tick: Tick) async throws -> SnapshotPacket? {
        while let worldSnapshot = try await nextSnapshot() {
            if worldSnapshot.tick > tick { return worldSnapshot }
        }
        return nil
    }
}
