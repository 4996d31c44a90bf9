import ParleyDatagrams
import ParleySimulation
import ParleySockets
import ParleyWorld
import Testing

@testable import Properties

/// The watch finds what it looks for: each invariant broken on purpose.
@Suite struct LinkWatchTests {
    private let way = DatagramWay(
        from: SocketAddress(ipv4: (10, 0, 0, 2), port: 9_099),
        to: SocketAddress(ipv4: (10, 0, 0, 3), port: 50_000))
    private let now = NetworkInstant(nanoseconds: 0)

    /// A packet of a session, with its checksum's place, of so many bytes in all.
    private func packet(_ number: UInt32, count: Int = 100) -> Datagram {
        Datagram {
            $0.append(UInt16(0))
            $0.append(UInt64(0x10) | UInt64(77) << 8 | UInt64(number) << 40)
            $0.appendPadding(count - 10)
        }
    }

    // MARK: Canaries

    @Test(arguments: 1...15) func aCanaryThatIsCutIsFoundInAStream(cut: Int) {
        let whole = [UInt8](repeating: 1, count: 40) + Array(Canary.text.utf8) + [2, 3]
        let watch = LinkWatch(server: 9_099)
        for piece in [whole[..<(40 + cut)], whole[(40 + cut)...]] {
            watch.sent(Datagram(bytes: Array(piece)), overStream: 1, from: [], at: now)
        }
        #expect(watch.violations == ["stream 1 is readable, at 0 ms"])
    }

    @Test func aCanaryInPiecesOfOneByteIsFoundOnce() {
        let watch = LinkWatch(server: 9_099)
        for byte in Array(Canary.text.utf8) + Array("and more".utf8) {
            watch.sent(Datagram(bytes: [byte]), overStream: 1, from: [], at: now)
            watch.sent(Datagram(bytes: [byte, 0]), overStream: 2, from: [], at: now)
        }
        #expect(watch.segments.withCanary == 1)
    }

    // MARK: Nonces

    @Test func aNumberThatLeavesTwiceIsFound() {
        let watch = LinkWatch(server: 9_099)
        let toServer = way.reversed
        for number in [1, 2, 4, 3] as [UInt32] {
            watch.sent(packet(number), over: toServer, at: now)
        }
        #expect(watch.violations == [])
        watch.sent(packet(4), over: toServer, at: now)
        #expect(watch.violations.count == 1)
        #expect(
            watch.violations.first?.contains("number 4 of session 77.0 leaves the client a second")
                == true)
    }

    // MARK: Addresses

    @Test func aByteMoreThanThreeTimesIsFound() {
        for excess in [0, 1] {
            let watch = LinkWatch(server: 9_099)
            let hello = packet(0)
            watch.sent(hello, over: way.reversed, at: now)
            watch.arrived(hello, over: way.reversed, isIntact: true, at: now)
            watch.sent(packet(0, count: 150), over: way, at: now)
            watch.sent(packet(1, count: 150 + excess), over: way, at: now)
            #expect(watch.violations.count == excess)
        }
    }

    @Test func whatWasDamagedOrLostBuysNothing() {
        let watch = LinkWatch(server: 9_099)
        watch.sent(packet(0), over: way.reversed, at: now)
        watch.arrived(packet(0), over: way.reversed, isIntact: false, at: now)
        watch.sent(packet(0), over: way, at: now)
        #expect(watch.violations.count == 1)
    }

    /// Only a packet that left an address after something had arrived there can be an answer.
    @Test func anAddressMayHaveAnsweredAfterARoundTrip() {
        let watch = LinkWatch(server: 9_099)
        let hellos = [packet(0), packet(1)]
        for hello in hellos { watch.sent(hello, over: way.reversed, at: now) }
        watch.arrived(hellos[0], over: way.reversed, isIntact: true, at: now)
        watch.sent(packet(0), over: way, at: now)
        watch.arrived(packet(0), over: way, isIntact: true, at: now)
        watch.arrived(hellos[1], over: way.reversed, isIntact: true, at: now)
        #expect(watch.addresses.answered == 0)
        watch.sent(packet(2), over: way.reversed, at: now)
        watch.arrived(packet(2), over: way.reversed, isIntact: true, at: now)
        #expect(watch.addresses.answered == 1)
        for number in 1...100 as ClosedRange<UInt32> {
            watch.sent(packet(number), over: way, at: now)
        }
        #expect(watch.violations == [])
    }

    /// A router moves the host to another port between the challenge and the answer.
    @Test func anAnswerCountsFromAnotherPort() {
        let watch = LinkWatch(server: 9_099)
        watch.sent(packet(0), over: way.reversed, at: now)
        watch.arrived(packet(0), over: way.reversed, isIntact: true, at: now)
        watch.sent(packet(0), over: way, at: now)
        watch.arrived(packet(0), over: way, isIntact: true, at: now)
        var moved = way.reversed.source
        moved.port += 1
        let elsewhere = DatagramWay(from: moved, to: way.source)
        watch.sent(packet(1), over: elsewhere, at: now)
        watch.arrived(packet(1), over: elsewhere, isIntact: true, at: now)
        #expect(watch.addresses == (2, 1))
    }

    /// Packets of a host whose UDP is in doubt go through the tunnel, answers among them.
    @Test func anAnswerCountsThroughTheTunnel() {
        let watch = LinkWatch(server: 9_099)
        var host = way.target
        host.port = 0
        watch.sent(packet(0), over: way.reversed, at: now)
        watch.arrived(packet(0), over: way.reversed, isIntact: true, at: now)
        watch.sent(packet(1), overStream: 1, from: [host], at: now)
        #expect(watch.addresses == (1, 0))
        watch.sent(packet(0), over: way, at: now)
        watch.arrived(packet(0), over: way, isIntact: true, at: now)
        watch.sent(packet(2), overStream: 1, from: [host], at: now)
        #expect(watch.addresses == (1, 1))
    }

    @Test func aHostThatSendsCopiesHasNeverAnswered() {
        let watch = LinkWatch(server: 9_099)
        watch.addDeceiver(way.target)
        for number in 0...3 as ClosedRange<UInt32> {
            watch.sent(packet(number), over: way.reversed, at: now)
            watch.arrived(packet(number), over: way.reversed, isIntact: true, at: now)
            watch.sent(packet(number), over: way, at: now)
            watch.arrived(packet(number), over: way, isIntact: true, at: now)
        }
        #expect(watch.addresses.answered == 0)
        #expect(watch.violations == [])
    }

    // MARK: Whole sessions

    /// A visit of `DiaryGame`.
    private func visit(isEncrypted: Bool, _ watch: LinkWatch?) throws -> UInt64 {
        let simulation = Simulation(seed: 5, links: .lte)
        simulation.linkObserver = watch
        let trial = Trial(
            simulation, Conditions("4g", .lte), random: SeededGenerator(seed: 5))
        try simulation.run { _ in
            let server = trial.gameServer(isEncrypted: isEncrypted) {
                if !isEncrypted { $0.security = .none }
            }
            try await trial.serving(server) {
                _ = try await server.ready()
                let hasPlayed = try await Visit(
                    trial: trial, host: "client",
                    configuration: GameClientConfiguration(
                        security: isEncrypted ? .automatic : .none),
                    actions: 50...50, patience: .seconds(60)
                ).run()
                #expect(hasPlayed)
            }
        }
        return simulation.traceHash
    }

    /// The control: the same game is readable without encryption, in each direction and over TCP.
    @Test func onlyAPlainSessionIsReadable() throws {
        let plain = LinkWatch(server: 9_099, isEncrypted: false)
        _ = try visit(isEncrypted: false, plain)
        #expect(plain.toServer.withCanary > 20)
        #expect(plain.toClients.withCanary > 20)
        #expect(plain.segments.withCanary > 5)
        #expect(plain.violations == [])
        let sealed = LinkWatch(server: 9_099)
        _ = try visit(isEncrypted: true, sealed)
        for count in [sealed.toServer, sealed.toClients, sealed.segments] {
            #expect(count.all > 5 && count.withCanary == 0)
        }
        #expect(sealed.violations == [])
        #expect(sealed.keys == 2)
        #expect(sealed.addresses == (1, 1))
    }

    @Test func watchingChangesNothing() throws {
        let watched = try visit(isEncrypted: true, LinkWatch(server: 9_099))
        #expect(try visit(isEncrypted: true, nil) == watched)
    }
}
