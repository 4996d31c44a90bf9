import Testing

@testable import ParleyProtocol

/// Two machines joined by networks that a seed decides.
@Suite struct SessionLinkTests {
    @Test(arguments: [0, 0.05, 0.3])
    func packetsArriveAndAreAcknowledged(loss: Double) {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed)
            network.conditions.loss = loss
            network.conditions.duplication = 0.1
            network.conditions.jitter = 0.040
            network.run(for: 20)
            network.expectInvariants()
            #expect(network.server.payloads > Int(1_100 * (1 - loss)))
            #expect(network.client.payloads > Int(1_100 * (1 - loss)))
            #expect(network.server.machine.paths.isValidated)
            #expect(network.moves.count == 1)
            if loss < 0.3 { #expect(network.switches.isEmpty) }
        }
    }

    @Test func roundTripsAreMeasured() throws {
        var network = PacketNetwork(seed: 4)
        network.conditions.jitter = 0
        network.run(for: 5)
        for end in [network.client, network.server] {
            let smoothed = try #require(end.machine.sent.roundTrip.smoothed)
            #expect(smoothed >= .milliseconds(60))
            #expect(smoothed <= .milliseconds(60) + .milliseconds(30))
        }
    }

    @Test(arguments: [false, true])
    func aBystanderWhoCopiesPacketsFirstNeverWins(isRelaying: Bool) {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed)
            network.run(for: 2)
            network.conditions.hasBystander = true
            network.conditions.isRelaying = isRelaying
            network.conditions.loss = seed > 1 && !isRelaying ? 0.1 : 0
            network.run(for: 20)
            network.expectInvariants()
            #expect(network.moves.map(\.path) == [network.address])
            #expect(network.client.payloads > 1_000)
        }
    }

    /// The originals of a whole round trip are lost, and the bystander passes all on: it is the player's address
    /// until the next original comes.
    @Test func aBystanderWhoRelaysOverALossyNetworkIsLeftAtOnce() {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed)
            network.run(for: 2)
            network.conditions.hasBystander = true
            network.conditions.isRelaying = true
            network.conditions.loss = 0.15
            network.run(for: 30)
            network.conditions.loss = 0
            network.run(for: 1)
            network.expectInvariants()
            #expect(network.server.machine.paths.currentID == network.address)
            for (move, next) in zip(network.moves, network.moves.dropFirst())
            where move.path == PacketNetwork.bystander {
                #expect(next.time - move.time < 0.2)
            }
        }
    }

    @Test func aBystanderFromTheBeginningDoesNotKeepThePlayerOut() {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed)
            network.conditions.hasBystander = true
            network.run(for: 10)
            network.expectInvariants()
            #expect(network.moves.map(\.path) == [PacketNetwork.bystander, network.address])
            #expect((network.moves.last?.time ?? 9) < 0.5)
        }
    }

    @Test func aNewAddressWinsWithinARoundTrip() {
        for seed: UInt64 in 1...4 {
            var network = PacketNetwork(seed: seed)
            network.run(for: 3)
            network.address = PathID(rawValue: 101)
            let moved = network.now
            network.run(for: 3)
            network.expectInvariants()
            #expect(network.moves.last?.path == network.address)
            // A command's way, a challenge's way and its answer's way, and at most a tick before.
            #expect((network.moves.last?.time ?? 9) - moved < 0.140)
        }
    }

    @Test func aNewAddressWinsAlthoughABystanderCopiesItsPackets() {
        for seed: UInt64 in 1...4 {
            var network = PacketNetwork(seed: seed)
            network.run(for: 3)
            network.conditions.hasBystander = true
            network.run(for: 1)
            network.address = PathID(rawValue: 101)
            network.run(for: 5)
            network.expectInvariants()
            #expect(network.moves.map(\.path) == [PathID(rawValue: 100), network.address])
        }
    }

    @Test func anAddressThatChangesEachSecondKeepsWorking() {
        var network = PacketNetwork(seed: 9)
        network.conditions.loss = 0.02
        for number: UInt32 in 0..<40 {
            network.address = PathID(rawValue: 1_000 + number)
            network.run(for: 1)
        }
        network.expectInvariants()
        #expect(network.moves.count >= 39)
        #expect(network.switches.isEmpty)
        // A round trip of each second is lost.
        #expect(network.client.payloads > 40 * 48)
        #expect(network.server.payloads > 40 * 55)
    }

    @Test func anAddressThatNeverAnswersGetsThreeTimesItsBytes() {
        var network = PacketNetwork(seed: 2)
        network.conditions.isToClientBlocked = true
        network.snapshotBytes = 1_000
        network.run(for: 30)
        network.expectInvariants()
        #expect(!network.server.machine.paths.isValidated)
        #expect(network.server.machine.way == .tunnel)
        #expect(network.client.payloads > 1_600)
    }

    /// Many small packets, and the checksum in front of each was not counted.
    @Test func theChecksumOfSmallPacketsCountsToo() {
        var paths = PathValidation()
        let stranger = PathID(rawValue: 1)
        paths.receive(
            0, count: 1_200, isNewest: true, from: stranger, probeTimeout: .seconds(1), at: .zero)
        var sent = 0
        while paths.allowance(to: stranger) >= 33 {
            paths.send(33, to: stranger)
            sent += 33 + 2
        }
        #expect(sent <= 3 * 1_202)
        #expect(sent + 35 > 3 * 1_202)
    }
}
