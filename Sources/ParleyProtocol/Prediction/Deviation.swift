/// What the screen shows beside the prediction, and less of it with every frame.
///
/// When the server says otherwise, the predicted state changes at once, as it must: the rules know
/// nothing of this. The view goes on from where it was. What is between the two is the deviation;
/// it halves in a fixed time, whatever the frame rate, and is added to what is drawn, to nothing
/// else. A teleport is not smoothed: it would fly through walls.
public struct Deviation<Value: Blendable>: Sendable {
    /// In which time the deviation becomes half as much.
    public let halfLife: Duration

    /// From this length on it is a teleport, in units of the value.
    public let teleportLength: Double

    /// Below this length nothing is left, in units of the value.
    public let invisibleLength: Double

    /// What is added to the predicted value, nil for nothing.
    public private(set) var offset: Value?

    /// No deviation.
    public init(
        halfLife: Duration = .milliseconds(50), teleportLength: Double,
        invisibleLength: Double = 1e-4
    ) {
        self.halfLife = max(halfLife, .microseconds(1))
        self.teleportLength = teleportLength
        self.invisibleLength = invisibleLength
    }

    /// How much is left, in units of the value.
    public var length: Double { offset?.length ?? 0 }

    /// What to draw where this is predicted.
    public func shown(_ predicted: Value) -> Value {
        offset.map { predicted + $0 } ?? predicted
    }

    /// The prediction of one and the same moment changed; what is shown does not.
    ///
    /// - Returns: Whether it is smoothed; false for a teleport, which is shown at once.
    @discardableResult
    public mutating func correct(
        from before: Value, to after: Value, isTeleport: Bool = false
    ) -> Bool {
        let sum = shown(before) - after
        let length = sum.length
        // A length that is no number fails each comparison.
        guard !isTeleport, length < teleportLength else {
            offset = nil
            return false
        }
        offset = length > invisibleLength ? sum : nil
        return true
    }

    /// Time passed on the screen.
    public mutating func decay(over time: Duration) {
        guard let offset, time > .zero else { return }
        let left = offset.scaled(by: halving(time / halfLife))
        self.offset = left.length > invisibleLength ? left : nil
    }

    /// Nothing of it is left, as when the player appears elsewhere.
    public mutating func reset() {
        offset = nil
    }
}

/// Two to the power of `-count`, the same on every machine.
func halving(_ count: Double) -> Double {
    guard count > 0 else { return 1 }
    guard count < 1_000 else { return 0 }
    var result = Double(sign: .plus, exponent: -Int(count), significand: 1)
    var rest = count - count.rounded(.down)
    var root = 0.5
    while rest > 0 {
        rest *= 2
        root = root.squareRoot()
        guard root < 1 else { break }
        if rest >= 1 {
            result *= root
            rest -= 1
        }
    }
    return result
}
