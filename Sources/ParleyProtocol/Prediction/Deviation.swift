/// The difference between the drawn and the predicted value, which decays with every frame
/// (prediction error smoothing).
///
/// A correction changes the predicted state at once, and the rules never see the deviation. The
/// view goes on from where it was, so the deviation is the distance between the two. It halves in a
/// fixed time, whatever the frame rate, and is added to the drawn value alone. A teleport is not
/// smoothed: it would fly through walls.
public struct Deviation<Value: Blendable>: Sendable {
    /// The time in which the deviation halves.
    public let halfLife: Duration

    /// A correction of this length or more is a teleport, in units of the value.
    public let teleportLength: Double

    /// A deviation below this length is dropped, in units of the value.
    public let invisibleLength: Double

    /// The offset from the predicted value; nil for none.
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

    /// The length of the offset, in units of the value.
    public var length: Double { offset?.length ?? 0 }

    /// The value to draw for a predicted one.
    public func shown(_ predicted: Value) -> Value {
        offset.map { predicted + $0 } ?? predicted
    }

    /// Changes the prediction of the same moment, and keeps the drawn value.
    ///
    /// - Returns: Whether the change is smoothed; false for a teleport, which is drawn at once.
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

    /// Lets the deviation decay over the time since the last frame.
    public mutating func decay(over time: Duration) {
        guard let offset, time > .zero else { return }
        let left = offset.scaled(by: halving(time / halfLife))
        self.offset = left.length > invisibleLength ? left : nil
    }

    /// Drops the deviation, as when the player appears elsewhere.
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
