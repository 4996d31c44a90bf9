import Testing

@testable import ParleyProtocol

/// UDP and the tunnel: each direction takes the way that works.
@Suite struct SessionWayTests {
    @Test func aBlockedDirectionTakesTheTunnelAndReturns() {
        for end in SessionEnd.allCases {
            var network = PacketNetwork(seed: 3)
            network.run(for: 5)
            let block = network.now
            if end == .client {
                network.conditions.isToServerBlocked = true
            } else {
                network.conditions.isToClientBlocked = true
            }
            network.run(for: 10)
            network.expectInvariants()
            let machine = end == .client ? network.client.machine : network.server.machine
            #expect(machine.way == .tunnel)
            let first = network.switches.first { $0.end == end }
            #expect((first?.time ?? 99) - block < 0.75)
            network.conditions.isToServerBlocked = false
            network.conditions.isToClientBlocked = false
            let free = network.now
            network.run(for: 10)
            #expect(network.client.machine.way == .udp)
            #expect(network.server.machine.way == .udp)
            let last = network.switches.last { $0.end == end }
            #expect((last?.time ?? 99) - free > 2.9)
            #expect((last?.time ?? 99) - free < 5)
        }
    }

    @Test func commandsGoBothWaysBeforeTheSwitch() {
        var network = PacketNetwork(seed: 6)
        network.run(for: 5)
        network.conditions.isToServerBlocked = true
        let before = network.server.payloads
        network.run(for: 0.42)
        #expect(network.client.machine.way == .udp)
        #expect(network.client.machine.isDoubtful(at: network.duration))
        // The tunnel has brought some already.
        #expect(network.server.payloads > before + 5)
    }

    @Test func udpThatNeverWorksIsFoundAtTheStart() {
        var network = PacketNetwork(seed: 7)
        network.conditions.isToServerBlocked = true
        network.conditions.isToClientBlocked = true
        network.run(for: 10)
        network.expectInvariants()
        #expect(network.client.machine.way == .tunnel)
        #expect(network.server.machine.way == .tunnel)
        #expect(network.client.payloads > 300)
        #expect(network.server.payloads > 300)
    }

    /// UDP that stops whenever it is used again.
    @Test func flappingSwitchesAtMostOnceInTenSeconds() {
        var network = PacketNetwork(seed: 8)
        network.tickRate = 10
        network.run(for: 2)
        var counted = 0
        for _ in 0..<3_000 {
            let isUsed = network.client.machine.way == .udp || network.server.machine.way == .udp
            network.conditions.isToServerBlocked = isUsed
            network.conditions.isToClientBlocked = isUsed
            network.run(for: 0.1)
            counted = max(
                network.client.machine.selector.switchCount,
                network.server.machine.selector.switchCount)
        }
        network.expectInvariants()
        #expect(counted > 5)
        #expect(counted <= 30)
    }

    /// UDP that comes back for as long as it has to prove itself, and is gone again by then.
    @Test(arguments: [3.0, 2.8, 2.6]) func udpThatStopsWithinItsTrialIsNotTaken(span: Double) {
        var network = PacketNetwork(seed: 8)
        network.run(for: 5)
        for turn in 0..<10 {
            let isBlocked = turn.isMultiple(of: 2)
            network.conditions.isToServerBlocked = isBlocked
            network.conditions.isToClientBlocked = isBlocked
            network.run(for: span)
        }
        network.expectInvariants()
        for machine in [network.client.machine, network.server.machine] {
            #expect(machine.way == .tunnel)
            #expect(machine.selector.switchCount == 1)
        }
    }

    /// An answer that was waiting while this end was paused proves nothing about the time of the pause.
    @Test func aPauseIsNoPartOfTheTrial() {
        var selector = WaySelector()
        selector.takeTunnel(before: 10, at: .zero)
        selector.receiveTunnelled()
        selector.receiveAcknowledgement(of: 10, overUDP: true, at: .seconds(1))
        var hasChanged = selector.update(
            nextNumber: 11, probeTimeout: .milliseconds(50), at: .seconds(1))
        #expect(!hasChanged)
        selector.receiveAcknowledgement(of: 11, overUDP: true, at: .seconds(6))
        hasChanged = selector.update(
            nextNumber: 12, probeTimeout: .milliseconds(50), at: .seconds(6))
        #expect(!hasChanged)
        #expect(selector.way == .tunnel)
    }

    @Test func aLongCalmIsRewarded() {
        var network = PacketNetwork(seed: 8)
        network.tickRate = 20
        for _ in 0..<4 {
            network.conditions.isToServerBlocked = true
            network.run(for: 5)
            network.conditions.isToServerBlocked = false
            while network.client.machine.way == .tunnel, network.now < 600 { network.run(for: 0.5) }
        }
        network.run(for: 90)
        network.conditions.isToServerBlocked = true
        network.run(for: 2)
        #expect(network.client.machine.way == .tunnel)
        network.conditions.isToServerBlocked = false
        network.run(for: 4.5)
        #expect(network.client.machine.way == .udp)
        network.expectInvariants()
    }

    /// A peer that was paused has not blocked UDP, which works as soon as it goes on.
    @Test(arguments: SessionEnd.allCases, [0.7, 1.2, 4])
    func aPausedEndIsBackOnUDPAtOnce(end: SessionEnd, seconds: Double) {
        var network = PacketNetwork(seed: 11)
        network.run(for: 5)
        network.pause(end, for: seconds)
        network.run(for: seconds + 0.2)
        #expect(network.client.machine.way == .udp)
        #expect(network.server.machine.way == .udp)
        network.run(for: 10)
        let away = end == .client ? network.client.machine : network.server.machine
        #expect(away.selector.switchCount == 0)
        network.expectInvariants()
    }

    /// An end that looks late each time, because its ticks take long, is excused once and not forever.
    @Test(arguments: [50, 260, 400, 700, 1_000, 3_000])
    func anEndThatIsAlwaysLateTakesTheTunnelToo(interval: Int) {
        var machine = SessionPackets(
            client: SessionNumber(slot: 1, generation: 1), server: PathID(rawValue: 0),
            tagCount: 16, roundTrip: .milliseconds(40), at: .zero)
        let limit = max(.milliseconds(500), machine.sent.probeTimeout * 3)
        var now = Duration.zero
        while machine.way == .udp, now < .seconds(60) {
            _ = machine.packet(carrying: 40, over: .udp, at: now)
            now += .milliseconds(interval)
            _ = machine.advance(to: now)
        }
        #expect(machine.way == .tunnel)
        #expect(now <= limit * 2 + .milliseconds(2 * interval), "\(now)")
    }

    /// A link on which everything stands still for a while, again and again, brings all of it afterwards.
    @Test func aLinkThatStallsAgainAndAgainStaysOnUDP() {
        var network = PacketNetwork(seed: 5)
        network.run(for: 5)
        for _ in 0..<20 {
            network.pause(.client, for: 0.8)
            network.run(for: 2)
            #expect(network.server.machine.way == .udp)
        }
        network.expectInvariants()
    }

    @Test func silenceIsNoBlockade() {
        var network = PacketNetwork(seed: 1)
        network.run(for: 3)
        network.tickRate = 0.2
        network.run(for: 120)
        #expect(network.switches.isEmpty)
        network.expectInvariants()
    }
}
