import Parley

/// Where and how players come in, in words.
struct MeetingPlaces: Sendable {
    let addresses: ServerAddresses
    /// What invited players need; nil for a server to which every program of this machine finds.
    let invite: Invite?

    init<World>(of server: GameServer<World>) async throws {
        let configuration = server.configuration
        addresses = try await server.ready()
        let isInvited = configuration.security != .automatic || configuration.joinSecret != nil
        guard isInvited, let pin = addresses.pin else {
            invite = nil
            return
        }
        let named =
            addresses.tcp.isAny ? Self.outerAddress(server.network)?.host : configuration.host
        invite = try Invite(
            host: named ?? "localhost", port: addresses.tcp.port, pin: pin,
            joinSecret: configuration.joinSecret)
    }

    /// The first address by which other machines may know this one.
    private static func outerAddress(_ network: any Network) -> SocketAddress? {
        let outer = network.interfaces().filter { !$0.isLoopback }.map(\.address)
        return outer.first { $0.isIPv4 } ?? outer.first
    }

    /// The command by which a player comes in.
    var command: String {
        invite.map { "Samples/run arena play --invite \($0.text)" }
            ?? "Samples/run arena play --to localhost:\(addresses.tcp.port)"
    }

    /// What the port for Panda3D programs means; nil if there is none.
    var pandaLine: String? {
        addresses.plain.map { plain in
            let reach =
                plain.isLoopback
                ? "only programs of this machine reach it"
                : "everybody between them and this server can read and change what they send"
            return "Panda3D programs join at \(plain), not encrypted: \(reach)"
        }
    }
}
