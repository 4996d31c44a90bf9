/// A direction, in radians: differences go the short way round.
public struct Angle: Hashable, Blendable {
    /// From -π to π.
    public let radians: Double

    /// The direction of so many radians, however often round; of 0 when that is no number.
    public init(radians: Double) {
        let turned = radians.remainder(dividingBy: 2 * .pi)
        self.radians = turned.isFinite ? turned : 0
    }

    /// One direction turned by another.
    public static func + (left: Angle, right: Angle) -> Angle {
        Angle(radians: left.radians + right.radians)
    }

    /// How to turn from `right` to `left`, at most half round.
    public static func - (left: Angle, right: Angle) -> Angle {
        Angle(radians: left.radians - right.radians)
    }

    /// A turn so many times as far.
    public func scaled(by factor: Double) -> Angle { Angle(radians: radians * factor) }

    /// How far a turn it is, in radians.
    public var length: Double { radians.magnitude }
}
