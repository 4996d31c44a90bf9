/// The properties of one direction of a link.
///
/// A change of a profile concerns the packets that are sent from then on.
/// Sizes are those of the payload of a datagram or a write, without headers.
///
/// ```swift
/// var profile = LinkProfile.lte
/// profile.loss = .bursts(GilbertElliott(meanLoss: 0.1, meanBurst: 5))
/// ```
public struct LinkProfile: Sendable, Hashable {
    /// The shortest time of a packet on the link, one way.
    public var latency: Duration

    /// The mean of the additional time, drawn for each packet.
    ///
    /// It is exponentially distributed (as in Valve's GameNetworkingSockets), since delays have a
    /// long tail: one packet in a hundred takes 4.6 times the mean and more. No packet takes more
    /// than ten times. Datagrams that are sent closer together than this overtake each other.
    public var jitter: Duration

    /// Which packets are lost on the way.
    public var loss: LossModel

    /// The probability that a datagram arrives twice. The copy has a separate delay.
    @Probability public var duplication: Double

    /// How often a datagram takes a longer path, and by how much longer.
    public var reordering: Reordering

    /// The probability that a datagram arrives with one bit flipped.
    @Probability public var corruption: Double

    /// The probability that a datagram arrives truncated.
    @Probability public var truncation: Double

    /// Bytes a second that the link carries; `nil` for any number of them.
    public var bandwidth: Int? {
        didSet { bandwidth = bandwidth.map { max($0, 1) } }
    }

    /// Bytes that may wait for the link. What finds the queue full is lost; an empty queue takes a
    /// packet of any size. Means nothing where the bandwidth is `nil`.
    public var queue: Int {
        didSet { queue = max(queue, 0) }
    }

    /// The longest datagram that gets through, in bytes. Longer ones are lost, or refused where the
    /// sender asked not to have them fragmented.
    public var mtu: Int {
        didSet { mtu = max(mtu, 0) }
    }

    /// A link with these properties; by default a perfect one.
    ///
    /// Probabilities are brought into 0...1, sizes and durations to 0 or more.
    public init(
        latency: Duration = .zero, jitter: Duration = .zero, loss: LossModel = .none,
        duplication: Double = 0, reordering: Reordering = Reordering(probability: 0, delay: .zero),
        corruption: Double = 0, truncation: Double = 0, bandwidth: Int? = nil,
        queue: Int = .max, mtu: Int = LinkProfile.largestDatagram
    ) {
        self.latency = latency
        self.jitter = jitter
        self.loss = loss
        self.duplication = duplication
        self.reordering = reordering
        self.corruption = corruption
        self.truncation = truncation
        self.bandwidth = bandwidth.map { max($0, 1) }
        self.queue = max(queue, 0)
        self.mtu = max(mtu, 0)
    }

    /// The bytes of the largest UDP datagram there is.
    public static let largestDatagram = 65_507
}

/// How often datagrams take a way round, so that later ones overtake them.
public struct Reordering: Sendable, Hashable {
    /// How probable it is for each datagram.
    @Probability public var probability: Double

    /// How much longer that way is.
    public var delay: Duration

    /// A way round that is `delay` longer.
    public init(probability: Double, delay: Duration) {
        self.delay = delay
        self.probability = probability
    }
}

/// A number from 0 to 1. Other numbers are clamped; NaN becomes 0.
@propertyWrapper
public struct Probability: Sendable, Hashable {
    private var value = 0.0

    /// The probability nearest to `wrappedValue`.
    public init(wrappedValue: Double) {
        self.wrappedValue = wrappedValue
    }

    /// The probability.
    public var wrappedValue: Double {
        get { value }
        set { value = newValue.isNaN ? 0 : min(max(newValue, 0), 1) }
    }
}
