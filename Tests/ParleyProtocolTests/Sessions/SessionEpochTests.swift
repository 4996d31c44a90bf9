import ParleyProtocol
import Testing

/// Keys that change while packets are on their way.
@Suite struct SessionEpochTests {
    private static let quick = EpochLimits(packets: 50, age: .seconds(3_600))

    @Test(arguments: [0, 0.2, 0.4])
    func epochsAdvanceUnderLossWithoutAWrongKey(loss: Double) {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed, limits: Self.quick)
            network.conditions.loss = loss
            network.conditions.duplication = 0.05
            network.conditions.jitter = 0.2
            network.run(for: 30)
            network.expectInvariants()
            #expect(network.client.machine.sealing.current > 3)
            #expect(network.server.machine.sealing.current > 3)
            let gap =
                network.client.machine.sealing.current - network.server.machine.opening.current
            #expect(gap <= 1)
        }
    }

    @Test func anOldKeyServesForThreeProbeTimeouts() {
        var network = PacketNetwork(seed: 5, limits: Self.quick)
        network.run(for: 10)
        #expect(network.server.machine.opening.current > 1)
        network.conditions.isToServerBlocked = true
        network.run(for: 8)
        // Nothing came for long, so the key before the last is gone.
        #expect(network.server.machine.opening.previous == nil)
        network.expectInvariants()
    }

    @Test func aNewSecretIsUsedByTheClientFirst() {
        var network = PacketNetwork(seed: 1)
        network.run(for: 2)
        network.resume(secret: 1)
        #expect(network.client.machine.sealing.current == 2)
        #expect(network.server.machine.sealing.current == 0)
        network.run(for: 0.010)
        #expect(network.server.machine.sealing.current == 0)
        network.run(for: 0.5)
        #expect(network.server.machine.sealing.current == 1)
        #expect(network.client.machine.opening.current == 1)
        #expect(network.server.machine.opening.current == 2)
        network.expectInvariants()
    }

    /// Each time with the next epochs of both ends on their way.
    @Test func manySecretsAndEpochsUnderLoss() {
        for seed: UInt64 in 1...2 {
            var network = PacketNetwork(seed: seed, limits: Self.quick)
            network.conditions.loss = 0.2
            network.conditions.jitter = 0.1
            for secret in 1...20 {
                network.resume(secret: secret)
                network.run(for: 1 + Double(secret % 5) * 0.7)
            }
            network.run(for: 2)
            network.expectInvariants()
            #expect(network.client.payloads > 1_000)
            #expect(network.server.machine.sealing.base == nil)
        }
    }

    /// A second new secret before the first was used. Packets under the first are lost, and nothing else.
    @Test func aSecretThatIsReplacedBeforeItIsUsed() {
        var network = PacketNetwork(seed: 3, limits: Self.quick)
        network.run(for: 2)
        for secret in 1...6 {
            network.resume(secret: secret)
            network.run(for: 0.012)
        }
        network.run(for: 3)
        network.expectInvariants(wrongKeys: true)
        #expect(network.server.machine.sealing.base == nil)
        let before = network.client.payloads
        network.run(for: 2)
        #expect(network.client.payloads - before > 110)
    }
}
