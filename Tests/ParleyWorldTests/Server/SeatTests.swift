import ParleySimulation
import ParleySockets
import ParleyWorld
import TestNetworks
import Testing

/// Who gets a seat, and who keeps it, when others want all of them.
@Suite(.timeLimit(.minutes(5))) struct SeatTests {
    /// A player who joins and is gone at once, so that the seat waits for a return.
    private static func flash(
        _ addresses: ServerAddresses, from host: any Network
    ) async throws -> ServerWelcome {
        let (player, welcome) = try await RawPlayer.joined(addresses, network: host)
        await player.connection.abort()
        return welcome
    }

    @Test func shortSessionsDoNotKeepTheSeatsOfAFullServer() throws {
        let simulation = Simulation(seed: 11)
        try simulation.serving(configure: { $0.maximumPlayers = 4 }) { server, addresses in
            let flood = simulation.host("flood")
            for _ in 0..<4 { _ = try await Self.flash(addresses, from: flood) }
            try await until { await server.statistics.away >= 3 }
            let (_, welcome) = try await RawPlayer.joined(
                addresses, as: "Ann", network: simulation.host("honest"))
            #expect(welcome.name == "Ann")
        }
    }

    @Test func aPlayerWhoHasPlayedKeepsTheSeatOfAFullServer() throws {
        let simulation = Simulation(seed: 12)
        let configure: @Sendable (inout GameServerConfiguration) -> Void = {
            $0.maximumPlayers = 1
            $0.playerTimeout = .seconds(100)
        }
        try simulation.serving(configure: configure) { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(
                addresses, network: simulation.host("ann"))
            try await player.bind()
            try await simulation.clock.sleep(for: .seconds(61))
            await player.connection.abort()
            try await until { await server.statistics.away == 1 }
            let newcomer = try await RawPlayer(addresses, network: simulation.host("bob"))
            try await newcomer.say(hello: "Bob")
            #expect(try await newcomer.goodbye()?.text == "the server is full: 1 players")
            let back = try await RawPlayer.resuming(addresses, welcome, notices: 0)
            _ = try await back.resumed()
        }
    }

    /// UDP that never came is no game: such a seat costs its holder nothing.
    @Test func aPlayerNeverHeardOverUDPHasNotPlayed() throws {
        let simulation = Simulation(seed: 13)
        let configure: @Sendable (inout GameServerConfiguration) -> Void = {
            $0.maximumPlayers = 1
            $0.playerTimeout = .seconds(100)
        }
        try simulation.serving(configure: configure) { server, addresses in
            let (player, _) = try await RawPlayer.joined(
                addresses, network: simulation.host("ann"))
            try await simulation.clock.sleep(for: .seconds(61))
            await player.connection.abort()
            #expect(await server.events.nextLeave() == .connectionLost)
            #expect(await server.statistics.away == 0)
        }
    }

    @Test func disconnectedNewcomersOfOneNetworkAreLimited() throws {
        let simulation = Simulation(seed: 14)
        try simulation.serving(configure: { $0.maximumDisconnectedPerNetwork = 2 }) {
            server, addresses in
            for _ in 0..<3 {
                _ = try await Self.flash(addresses, from: simulation.host("flood"))
            }
            _ = try await Self.flash(addresses, from: simulation.host("other"))
            try await until { await server.statistics.departures == 1 }
            try await until { await server.statistics.away == 3 }
        }
    }

    @Test func playersOfOneNetworkAreLimitedAsConfigured() throws {
        let simulation = Simulation(seed: 15)
        try simulation.serving(configure: { $0.maximumPlayersPerNetwork = 1 }) { _, addresses in
            let host = simulation.host("ann")
            _ = try await RawPlayer.joined(addresses, network: host)
            let second = try await RawPlayer(addresses, network: host)
            try await second.say(hello: "Bob")
            let text = "this network has 1 players, which is the limit"
            #expect(try await second.goodbye()?.text == text)
            _ = try await RawPlayer.joined(addresses, network: simulation.host("bob"))
        }
    }

    @Test func playersBehindATrustedProxyAreNoNetwork() throws {
        let simulation = Simulation(seed: 17)
        let proxy = simulation.host("proxy")
        let prefix = try #require(AddressPrefix(proxy.address))
        let configure: @Sendable (inout GameServerConfiguration) -> Void = {
            $0.maximumPlayersPerNetwork = 1
            $0.maximumDisconnectedPerNetwork = 0
            $0.connectionLimits.trustedProxies = [prefix]
        }
        try simulation.serving(configure: configure) { server, addresses in
            for _ in 0..<3 { _ = try await Self.flash(addresses, from: proxy) }
            try await until { await server.statistics.away == 3 }
            for name in ["Ann", "Bob"] {
                _ = try await RawPlayer.joined(addresses, as: name, network: proxy)
            }
            // Others are networks, as before.
            _ = try await Self.flash(addresses, from: simulation.host("other"))
            try await until { await server.statistics.departures == 1 }
            #expect(await server.statistics.away == 3)
        }
    }

    /// Silent connections cost their own network places, and not a newcomer whose hello is on its way.
    @Test func silentConnectionsDoNotLockNewcomersOut() throws {
        let simulation = Simulation(seed: 16)
        try simulation.serving(configure: { $0.maximumPendingHellos = 8 }) { _, addresses in
            let honest = try await RawPlayer(addresses, network: simulation.host("honest"))
            var silent: [RawPlayer] = []
            for _ in 0..<20 {
                silent.append(
                    try await RawPlayer(addresses, network: simulation.host("flood")))
            }
            #expect(try await silent[11].goodbye()?.code == .refused)
            try await honest.say(hello: "Ann")
            guard case .welcome? = try await honest.next() else {
                Issue.record("not let in")
                return
            }
        }
    }
}
