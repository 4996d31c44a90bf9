import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import ParleyWorld
import TestNetworks
import TestSupport
import Testing

/// A peer's bad input costs that peer its session, and no other peer anything.
@Suite(.timeLimit(.minutes(5)), .everyNetwork) struct HostilePeerTests {
    @Test(
        arguments: [
            [255, 1, 2, 3], [], [1], [2], [2, 9, 0, 65], [2, 0, 0, 1], [3, 1],
            [1, 1, 0, 4, 0, 119, 97, 108, 107, 1, 0, 65],
        ] as [[UInt8]])
    func garbageAfterTheHelloEndsTheSession(bytes: [UInt8]) async throws {
        let world = WalkWorld()
        try await serving(world) { server, addresses in
            try await playing(addresses, as: "Bystander") { bystander in
                let (player, welcome) = try await RawPlayer.joined(addresses)
                try await player.send(bytes)
                #expect(try await player.goodbye()?.code == .protocolViolation)
                #expect(await player.connection.terminated() == .closedByPeer)
                let reason = await server.events.nextLeave()
                guard case .protocolViolation? = reason else {
                    Issue.record("left because: \(String(describing: reason))")
                    return
                }
                try await until { await world.leaves[welcome.player] == reason }
                #expect(await bystander.snapshots.first { $0.snapshot.places.count == 1 } != nil)
            }
        }
    }

    @Test(arguments: [[9, 9, 9], [2, 1, 0, 65], [3]] as [[UInt8]])
    func garbageInsteadOfAHello(bytes: [UInt8]) async throws {
        try await serving { _, addresses in
            let player = try await RawPlayer(addresses)
            try await player.send(bytes)
            #expect(try await player.goodbye()?.code == .protocolViolation)
        }
    }

    @Test func aFloodOfRequestsEndsTheSession() async throws {
        try await serving { server, addresses in
            let (player, _) = try await RawPlayer.joined(addresses)
            let request = try ClientMessage.request(encoding: WalkGame.Request("x"))
            for _ in 0..<500 {
                guard (try? await player.connection.send(request)) != nil else { break }
            }
            #expect(try await player.goodbye()?.code == .protocolViolation)
            let handled = await server.statistics.requests
            #expect(handled <= 60)
        }
    }

    @Test func aFloodOfDatagramsIsDroppedAndCounted() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.maximumDatagramsPerSecond = 5 }) {
            server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            for sequence in 1...400 as ClosedRange<UInt64> {
                try await player.command(1, sequence: UInt32(sequence))
                guard sequence % 50 == 0 else { continue }
                // More at once would be the system's to drop.
                try await until { await server.statistics.received.datagrams == sequence }
            }
            let received = await server.statistics.received
            #expect(received.limited >= 300)
            #expect(received.limited + received.commands == 400)
            try await until { await world.state.places[welcome.player] ?? 0 > 0 }
        }
    }

    @Test func strangersAndForgedPacketsAreDroppedAndNeverAnswered() async throws {
        try await serving { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            let other = SessionNumber(rawValue: welcome.session.rawValue ^ 1)
            for session in [other, welcome.session] {
                let forger = RawPackets(
                    session, protection: .tokens(toServer: 1, toClient: 2), at: player.clock.now)
                let command = WalkGame.Command(step: 5)
                try await player.send(packet: forger.ping(at: player.clock.now))
                try await player.send(
                    packet: try forger.command(command, sequence: 1, at: player.clock.now))
            }
            for count in [0, 1, 2, 7, 8, 9, 1_200] {
                let noise = Datagram(bytes: [UInt8](repeating: 0, count: count))
                try await player.socket.send(noise, to: addresses.udp)
            }
            try await until { await server.statistics.received.datagrams == 11 }
            let received = await server.statistics.received
            #expect(received.unknownSessions == 9)
            #expect(received.forged == 2)
            #expect(received.pings == 0 && received.commands == 0)
            // The first packet that comes answers the first ping with the right token.
            try await player.ping(mark: 77)
            for await answer in player.socket.datagrams {
                var replies: [Datagram] = []
                let frames = try player.packets.open(
                    answer.datagram, at: player.clock.now, replies: &replies)
                guard let pong = frames.control.pong else { continue }
                #expect(pong.mark == 77)
                break
            }
        }
    }

    @Test func anOldDatagramFromElsewhereMovesNoAddress() async throws {
        let world = WalkWorld()
        try await serving(world) { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            try await player.bind()
            let command = WalkGame.Command(step: 1)
            let packet = try player.packets.command(command, sequence: 5, at: player.clock.now)
            try await player.send(packet: packet)
            try await until { await server.statistics.received.commands == 1 }
            let foreign = try await ConnectionManager(network: TestNetwork.current.network).openUDP(
                host: "127.0.0.1")
            try await foreign.send(packet, to: addresses.udp)
            try await until { await server.statistics.received.dropped == 1 }
            #expect(await server.statistics.received.rebindings == 0)
            // Snapshots still go to the old address.
            while let payload = try await player.nextPayload() {
                if case .snapshot(_, 5, _) = payload { break }
            }
            // A player whose address really changed is followed, once the new one has answered.
            let newer = try player.packets.command(command, sequence: 6, at: player.clock.now)
            try await foreign.send(newer, to: addresses.udp)
            for await received in foreign.datagrams {
                var replies: [Datagram] = []
                let frames = try player.packets.open(
                    received.datagram, at: player.clock.now, replies: &replies)
                for reply in replies { try await foreign.send(reply, to: addresses.udp) }
                if let payload = frames.payload,
                    case .snapshot(_, 6, _) = try ServerPayload(payload)
                {
                    break
                }
            }
            #expect(await server.statistics.received.rebindings == 1)
            #expect(await world.state.places[welcome.player] == 2)
        }
    }

    @Test func aPeerThatNeverReadsIsDisconnected() async throws {
        let world = WalkWorld()
        let readersID = PlayerID(rawValue: 1)
        await world.atEachTick { world, _ in
            world.say(String(repeating: "x", count: 40_000), to: .allExcept(readersID))
        }
        try await serving(world, configure: { $0.maximumNoticeBacklog = 100_000 }) {
            server, addresses in
            try await playing(addresses, as: "Reader") { reader in
                #expect(try await reader.joined().id == readersID)
                let sleeper = try await RawPlayer(addresses)
                try await sleeper.say(hello: "Sleeper")
                let reason = await server.events.nextLeave()
                #expect(reason == .kicked("too slow to read what the server sends"))
                #expect(await reader.snapshots.first { $0.snapshot.places.count == 1 } != nil)
                #expect(await server.statistics.players == 1)
            }
        }
    }

    @Test func aSilentPlayerIsDisconnectedAsIdle() async throws {
        // Twice the time between two pings. Ann sends nothing else.
        try await serving(
            configure: {
                $0.playerTimeout = .seconds(2)
                $0.reconnectGrace = .zero
            }
        ) { server, addresses in
            try await playing(addresses, as: "Ann") { _ in
                let (silent, _) = try await RawPlayer.joined(addresses)
                #expect(try await silent.goodbye()?.code == .idle)
                #expect(await server.events.nextLeave() == .idle)
                #expect(await server.statistics.players == 1)
            }
        }
    }

    @Test func aPlayerLeavesWhenTheConnectionIsLost() async throws {
        let world = WalkWorld()
        try await serving(world, configure: { $0.reconnectGrace = .zero }) { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            await player.connection.abort()
            #expect(await server.events.nextLeave() == .connectionLost)
            try await until { await world.leaves[welcome.player] == .connectionLost }
            // The number died with the session.
            try await player.ping()
            try await until { await server.statistics.received.unknownSessions == 1 }
        }
    }

    @Test func aKickedPlayerGetsTheReason() async throws {
        try await serving { server, addresses in
            let (player, welcome) = try await RawPlayer.joined(addresses)
            await server.kick(welcome.player, because: "enough")
            #expect(try await player.goodbye() == Goodbye(code: .kicked, text: "enough"))
            #expect(await server.events.nextLeave() == .kicked("enough"))
        }
    }
}
