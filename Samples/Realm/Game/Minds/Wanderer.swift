import Parley

/// The mind of a bot: it walks to one random place after the other, across whatever border lies between.
package struct Wanderer: Sendable {
    /// Where it walks.
    package enum Range: Hashable, Sendable {
        /// All over the plane.
        case everywhere
        /// To and fro over the border between the town and the east.
        case border
    }

    private let range: Range
    private var goal: SIMD2<Double>?
    private var random: any RandomNumberGenerator & Sendable

    package init(_ random: any RandomNumberGenerator & Sendable, in range: Range = .everywhere) {
        self.random = random
        self.range = range
    }

    /// What to do at a place.
    package mutating func command(at position: SIMD2<Double>) -> RealmRules.Command {
        var way = (goal ?? position) - position
        if (way * way).sum() < Self.near * Self.near {
            let goal = range == .border ? place(acrossFrom: position) : place()
            self.goal = goal
            way = goal - position
        }
        return RealmRules.Command(towards: way)
    }

    /// Whether to do something now: about once in so many questions.
    package mutating func acts(onceIn count: Int) -> Bool {
        Int.random(in: 0..<max(1, count), using: &random) == 0
    }

    private static let near = 1.0

    /// A place at the border, on the other side of it.
    private mutating func place(acrossFrom position: SIMD2<Double>) -> SIMD2<Double> {
        let depth = Double.random(in: 5...10, using: &random)
        return SIMD2(
            position.x < Self.border ? Self.border + depth : Self.border - depth,
            Double.random(in: 45...55, using: &random))
    }

    private static let border = 100.0

    private mutating func place() -> SIMD2<Double> {
        let range = 5...(RealmRules.side - 5)
        return SIMD2(
            Double.random(in: range, using: &random), Double.random(in: range, using: &random))
    }
}
