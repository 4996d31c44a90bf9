import ParleySimulation
import Testing

@Suite struct LinkProfileTests {
    @Test func everyNameHasItsProfile() {
        let wanted = ["perfect", "lan", "wifi", "4g", "3g", "transatlantic", "awful"]
        #expect(LinkProfile.names == wanted)
        let profiles = LinkProfile.names.compactMap { LinkProfile.named($0) }
        #expect(Set(profiles).count == wanted.count)
        #expect(LinkProfile.named("4G") == .lte)
        #expect(LinkProfile.named("5g") == nil)
        #expect(LinkProfile.named("") == nil)
    }

    @Test func probabilitiesAreProbabilities() {
        let wild = LinkProfile(
            duplication: 2, reordering: Reordering(probability: .infinity, delay: .zero),
            corruption: -.infinity, truncation: .nan)
        #expect(wild.duplication == 1)
        #expect(wild.reordering.probability == 1)
        #expect(wild.corruption == 0)
        #expect(wild.truncation == 0)
        var model = GilbertElliott(
            worsening: -1, recovery: 2, lossWhenWell: .nan, lossWhenIll: .infinity)
        #expect(model == GilbertElliott(worsening: 0, recovery: 1))
        model.worsening = 3
        #expect(model.worsening == 1)
        #expect(LossModel.independent(3).mean == 1)
        #expect(LossModel.independent(.nan).mean == 0)
    }

    @Test func sizesAreSizes() {
        var profile = LinkProfile(bandwidth: -5, queue: -5, mtu: -5)
        #expect(profile.bandwidth == 1)
        #expect(profile.queue == 0)
        #expect(profile.mtu == 0)
        profile.bandwidth = 0
        profile.queue = -1
        profile.mtu = -1
        #expect(profile.bandwidth == 1)
        #expect(profile.queue == 0)
        #expect(profile.mtu == 0)
        profile.bandwidth = nil
        #expect(profile.bandwidth == nil)
    }

    @Test(arguments: [(0.01, 8.0), (0.25, 4.0), (0.0, 5.0), (1.0, 5.0), (0.9, 1.0), (0.3, 0.0)])
    func burstsAreMadeFromTheirMeans(loss: Double, burst: Double) {
        let model = GilbertElliott(meanLoss: loss, meanBurst: burst)
        #expect(abs(model.meanLoss - loss) < 1e-12)
        #expect(model.meanBurst >= max(1, loss > 0 ? burst : 1))
        #expect(LossModel.bursts(model).mean == model.meanLoss)
    }

    @Test func aProfileIsChangedInPlace() {
        var profile = LinkProfile.lte
        profile.loss = .bursts(GilbertElliott(meanLoss: 0.1, meanBurst: 5))
        #expect(abs(profile.loss.mean - 0.1) < 1e-12)
        #expect(profile.latency == LinkProfile.lte.latency)
    }

    @Test func aModelWithoutTransitionsStaysGood() {
        let model = GilbertElliott(worsening: 0, recovery: 0, lossWhenWell: 0.1, lossWhenIll: 0.9)
        #expect(model.meanLoss == 0.1)
    }
}
