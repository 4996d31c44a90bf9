/// A state that can be interpolated between two snapshots.
public protocol Interpolatable: Sendable {
    /// The state between this and a later one.
    ///
    /// - Parameters:
    ///   - later: The next known state.
    ///   - fraction: 0 here, 1 at the later; above 1 to extrapolate.
    ///   - seconds: The time between the two.
    func interpolated(to later: Self, at fraction: Double, over seconds: Double) -> Self
}

extension Interpolatable where Self: Blendable {
    /// The state on the line through both.
    public func interpolated(to later: Self, at fraction: Double, over seconds: Double) -> Self {
        blended(with: later, at: fraction)
    }
}

extension Interpolatable where Self: Replicated {
    /// The state between as the fields' kinds have it: on a curve where a velocity is declared.
    public func interpolated(to later: Self, at fraction: Double, over seconds: Double) -> Self {
        let words = quantised()
        let laterWords = later.quantised()
        return Self(between: words.span, and: laterWords.span, at: fraction, over: seconds)
    }
}
