/// Which packets a link loses.
public enum LossModel: Sendable, Hashable {
    /// None.
    case none
    /// Each packet is lost with this probability, independently of the others.
    case independent(Double)
    /// In bursts, as radio links and overfull routers do.
    case bursts(GilbertElliott)

    /// The share of packets that are lost in the long run.
    public var mean: Double {
        switch self {
        case .none: 0
        case .independent(let probability): Probability(wrappedValue: probability).wrappedValue
        case .bursts(let model): model.meanLoss
        }
    }
}

/// A link that is well or ill by turns, and loses packets at another rate in each state.
///
/// Gilbert's model (“Capacity of a burst-noise channel”, 1960) with Elliott's loss in both states
/// (1963). The link may change its state before each packet: it is packets that pass and not time.
public struct GilbertElliott: Sendable, Hashable {
    /// The probability that a good link becomes bad, per packet.
    @Probability public var worsening: Double
    /// The probability that a bad link becomes good again, per packet.
    @Probability public var recovery: Double
    /// The share of packets that are lost while the link is well.
    @Probability public var lossWhenWell: Double
    /// The share of packets that are lost while the link is ill.
    @Probability public var lossWhenIll: Double

    /// A link with these probabilities.
    public init(
        worsening: Double, recovery: Double, lossWhenWell: Double = 0, lossWhenIll: Double = 1
    ) {
        self.worsening = worsening
        self.recovery = recovery
        self.lossWhenWell = lossWhenWell
        self.lossWhenIll = lossWhenIll
    }

    /// A link that loses all while it is ill and nothing else.
    ///
    /// - Parameters:
    ///   - meanLoss: The share of packets that are lost in the long run.
    ///   - meanBurst: How many are lost in a row, on average; at least 1. A high loss makes bursts
    ///     longer than that: of ten packets, nine cannot be lost one by one.
    public init(meanLoss: Double, meanBurst: Double) {
        let loss = Probability(wrappedValue: meanLoss).wrappedValue
        guard loss > 0 else {
            self.init(worsening: 0, recovery: 1)
            return
        }
        guard loss < 1 else {
            self.init(worsening: 1, recovery: 0)
            return
        }
        let odds = loss / (1 - loss)
        let recovery = min(1 / max(meanBurst, 1), 1 / odds)
        self.init(worsening: recovery * odds, recovery: recovery)
    }

    /// The share of packets that are lost in the long run.
    public var meanLoss: Double {
        let changes = worsening + recovery
        // A link that never changes stays as well as it began.
        let illness = changes > 0 ? worsening / changes : 0
        return illness * lossWhenIll + (1 - illness) * lossWhenWell
    }

    /// How many packets pass while the link is ill, on average; infinite when it never recovers.
    public var meanBurst: Double { 1 / recovery }
}
